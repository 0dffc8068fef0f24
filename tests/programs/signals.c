/* Signals in the middle of a call. Each mode connects to an echo server on port 8080. */
#include "lab.h"

static int s;
static volatile sig_atomic_t rang;

static void bell(int signal) { (void)signal; rang++; }
static void speak(int signal) { (void)signal; rang++; if (send(s, "alarm", 5, MSG_NOSIGNAL) != 5) _exit(7); }

static void on(int signal, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    OK(sigaction(signal, &action, NULL));
}

static void alarm_in(int ms) {
    struct itimerval timer = {.it_value = {.tv_usec = ms * 1000}};
    OK(setitimer(ITIMER_REAL, &timer, NULL));
}

/* Without SA_RESTART the call fails; the program asks again. */
static void eintr(void) {
    char byte;
    on(SIGALRM, bell, 0);
    alarm_in(200);
    MUST(recv(s, &byte, 1, 0) == -1 && errno == EINTR && rang == 1);
    say(s, "again");
    hear(s, "again");
}

/* With SA_RESTART it is one call, which returns what the handler's own send brought back. */
static void restart(void) {
    on(SIGALRM, speak, SA_RESTART);
    alarm_in(200);
    hear(s, "alarm");
    MUST(rang == 1);
}

static void queued(int signal, siginfo_t *info, void *context) {
    (void)signal; (void)info; (void)context;
    rang++;
}

/* A real-time signal with a value, three times, queued. */
static void realtime(void) {
    struct sigaction action = {.sa_sigaction = queued, .sa_flags = SA_SIGINFO | SA_RESTART};
    OK(sigaction(SIGRTMIN + 3, &action, NULL));
    for (int i = 0; i < 3; i++)
        OK(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = i}));
    MUST(rang == 3);
    say(s, "real time");
    hear(s, "real time");
}

/* A child stops its parent while that waits in recv, and lets it go on. */
static void stop(void) {
    pid_t parent = getpid();
    if (OK(fork()) == 0) {
        usleep(50000);
        kill(parent, SIGSTOP);
        usleep(50000);
        kill(parent, SIGCONT);
        usleep(50000);
        say(s, "go on");
        _exit(0);
    }
    hear(s, "go on");
    wait(NULL);
}

static sigjmp_buf back;
static void jump(int signal) { rang++; siglongjmp(back, signal); }

/* The old way to a timeout: the handler jumps out of the call, which never returns; the program asks again, just so. */
static void jumping(void) {
    static char byte[8];
    on(SIGALRM, jump, SA_RESTART);
    if (sigsetjmp(back, 1) == 0) {
        alarm_in(200);
    } else
        say(s, "late");
    MUST(recv(s, byte, 4, 0) == 4 && rang == 1);
}

static int told[2];

static void brief(int signal) {
    struct timeval patience = {.tv_sec = 20}, none = {0};
    char byte;
    (void)signal;
    OK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
    OK(write(told[1], "b", 1));
    MUST(recv(s, &byte, 1, 0) == -1 && errno == EINTR);
    OK(write(told[1], "e", 1));
    OK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none));
}

/* A handler whose own call is interrupted by another handler. With a timeout that call is never restarted, whatever
 * SA_RESTART says: signal(7). The child rings until it has worked, so that no time decides. */
static void nested(void) {
    char byte;
    on(SIGALRM, brief, SA_RESTART);
    on(SIGUSR1, bell, SA_RESTART);
    OK(pipe(told));
    pid_t parent = getpid();
    if (OK(fork()) == 0) {
        struct pollfd ended = {.fd = told[0], .events = POLLIN};
        usleep(200000);
        kill(parent, SIGALRM);
        MUST(read(told[0], &byte, 1) == 1);
        do
            kill(parent, SIGUSR1);
        while (poll(&ended, 1, 50) == 0);
        say(s, "n");
        _exit(0);
    }
    MUST(recv(s, &byte, 1, MSG_WAITALL) == 1 && byte == 'n');
    wait(NULL);
}

static void *leave(void *arg) {
    (void)arg;
    usleep(200000);
    exit(0);
}

/* One thread ends the program while another waits in recv. */
static void leaving(void) {
    pthread_t thread;
    char byte;
    MUST(!pthread_create(&thread, NULL, leave, NULL));
    recv(s, &byte, 1, 0);
    pause();
}

int main(int argc, char **argv) {
    MUST(argc > 1);
    s = connected(8080);
    const char *what = argv[1];
    if (!strcmp(what, "eintr")) eintr();
    else if (!strcmp(what, "restart")) restart();
    else if (!strcmp(what, "realtime")) realtime();
    else if (!strcmp(what, "stop")) stop();
    else if (!strcmp(what, "jumping")) jumping();
    else if (!strcmp(what, "nested")) nested();
    else if (!strcmp(what, "leaving")) leaving();
    else return 5;
    close(s);
    return 0;
}
