/* `threads server N`: one thread a connection, N of them. `threads duplex`: connects; one thread sends while another
 * receives on the same socket. `threads writers`: two threads send on one socket. `threads leader`: the first thread ends before the others. */
#include "lab.h"

static int shared;

static void *serve(void *arg) {
    echo((int)(long)arg);
    return NULL;
}

static void *sender(void *arg) {
    (void)arg;
    for (int i = 0; i < 20; i++)
        say(shared, "0123456789");
    OK(shutdown(shared, SHUT_WR));
    return NULL;
}

static void *writer(void *arg) {
    for (int i = 0; i < 10; i++) {
        say(shared, arg);
        usleep(2000);
    }
    return NULL;
}

static void *receiver(void *arg) {
    (void)arg;
    char buffer[64];
    long total = 0, n;
    while ((n = OK(recv(shared, buffer, sizeof buffer, 0))) > 0)
        total += n;
    MUST(total == 200);
    return NULL;
}

/* Runs on after the leader has ended; then /proc/PID/fd of the process is empty, though its descriptors live. */
static void *survivor(void *arg) {
    (void)arg;
    usleep(100000);
    int s = connected(8080);
    say(s, "alive");
    hear(s, "alive");
    close(s);
    exit(0);
}

int main(int argc, char **argv) {
    MUST(argc > 1);
    if (!strcmp(argv[1], "server")) {
        int s = listening(8080), n = atoi(argv[2]);
        pthread_t threads[64];
        for (int i = 0; i < n; i++)
            MUST(!pthread_create(&threads[i], NULL, serve, (void *)OK(accept(s, NULL, NULL))));
        for (int i = 0; i < n; i++)
            pthread_join(threads[i], NULL);
        close(s);
    } else if (!strcmp(argv[1], "duplex")) {
        pthread_t one, two;
        shared = connected(8080);
        MUST(!pthread_create(&two, NULL, receiver, NULL));
        MUST(!pthread_create(&one, NULL, sender, NULL));
        pthread_join(one, NULL);
        pthread_join(two, NULL);
        close(shared);
    } else if (!strcmp(argv[1], "writers")) {
        pthread_t one, two;
        shared = connected(8080);
        MUST(!pthread_create(&one, NULL, writer, "aaaa"));
        MUST(!pthread_create(&two, NULL, writer, "bbbbbb"));
        pthread_join(one, NULL);
        pthread_join(two, NULL);
        OK(shutdown(shared, SHUT_WR));
        char buffer[256];
        while (OK(recv(shared, buffer, sizeof buffer, 0)) > 0) {}
        close(shared);
    } else {
        pthread_t one;
        MUST(!pthread_create(&one, NULL, survivor, NULL));
        pthread_exit(NULL);
    }
    return 0;
}
