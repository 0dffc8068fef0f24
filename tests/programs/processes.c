/* Processes that share sockets in every way there is. */
#include "lab.h"

static volatile sig_atomic_t gone;
static void reap(int signal) {
    (void)signal;
    int saved = errno;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        gone++;
    errno = saved;
}

/* The server of every book: fork for each connection, the parent closes its copy, SIGCHLD reaps. */
static void forking(int n) {
    struct sigaction action = {.sa_handler = reap, .sa_flags = SA_RESTART};
    OK(sigaction(SIGCHLD, &action, NULL));
    int s = listening(8080);
    for (int i = 0; i < n; i++) {
        int c = OK(accept(s, NULL, NULL));
        if (OK(fork()) == 0) {
            close(s);
            echo(c);
            _exit(0);
        }
        close(c);
    }
    while (gone < n)
        usleep(1000);
    close(s);
}

/* Workers that all wait in accept on the listener of their parent. */
static void prefork(int n) {
    int s = listening(8080);
    for (int i = 0; i < n; i++)
        if (OK(fork()) == 0) {
            echo(OK(accept(s, NULL, NULL)));
            _exit(0);
        }
    close(s);
    while (wait(NULL) > 0) {}
}

static void pass(int over, int fd) {
    char room[CMSG_SPACE(sizeof fd)] = {0}, byte = 'x';
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(control), &fd, sizeof fd);
    MUST(sendmsg(over, &message, 0) == 1);
}

static int taken(int over) {
    int fd;
    char room[CMSG_SPACE(sizeof fd)], byte;
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    MUST(recvmsg(over, &message, 0) == 1);
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    MUST(control && control->cmsg_type == SCM_RIGHTS);
    memcpy(&fd, CMSG_DATA(control), sizeof fd);
    return fd;
}

/* Accepts a connection and hands it to a child that was there before. */
static void passing(void) {
    int pair[2];
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    if (OK(fork()) == 0) {
        close(pair[0]);
        echo(taken(pair[1]));
        _exit(0);
    }
    close(pair[1]);
    int s = listening(8080), c = OK(accept(s, NULL, NULL));
    pass(pair[0], c);
    close(c);
    close(s);
    wait(NULL);
}

/* Hands an accepted connection to another role, over a socket in the file system. */
static struct sockaddr_un path(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, name, sizeof address.sun_path - 1);
    return address;
}

static void giver(const char *name) {
    struct sockaddr_un address = path(name);
    int s = listening(8080), u = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    int c = OK(accept(s, NULL, NULL));
    OK(connect(u, (struct sockaddr *)&address, sizeof address));
    pass(u, c);
    close(c);
    close(u);
    close(s);
}

static void taker(const char *name) {
    struct sockaddr_un address = path(name);
    int u = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    OK(bind(u, (struct sockaddr *)&address, sizeof address));
    OK(listen(u, 1));
    int c = OK(accept(u, NULL, NULL));
    echo(taken(c));
}

/* A child that shares the table of descriptors without being a thread: what it closes is closed for both. */
static int table_socket;
static int closer(void *arg) {
    (void)arg;
    close(table_socket);
    return 0;
}

static void table(void) {
    static char stack[65536];
    table_socket = connected(8080);
    int number = table_socket;
    say(number, "one");
    hear(number, "one");
    int child = OK(clone(closer, stack + sizeof stack, CLONE_FILES | CLONE_VM | SIGCHLD, NULL));
    OK(waitpid(child, NULL, 0));
    int file = OK(open("/dev/null", O_RDWR));
    MUST(file == number);
    MUST(write(file, "no socket", 9) == 9);
    close(file);
    MUST(connected(8080) == number);
    say(number, "two");
    hear(number, "two");
    close(number);
}

/* The old way of a super-server: the connection becomes standard input and output of another program. */
static void inetd(const char *self) {
    int s = listening(8080), c = OK(accept(s, NULL, NULL));
    pid_t child = OK(vfork());
    if (child == 0) {
        dup2(c, 0);
        dup2(c, 1);
        execl(self, self, "cat", NULL);
        _exit(127);
    }
    close(c);
    close(s);
    OK(waitpid(child, NULL, 0));
}

static void cat(void) {
    char buffer[256];
    ssize_t n;
    while ((n = OK(read(0, buffer, sizeof buffer))) > 0)
        MUST(write(1, buffer, n) == n);
}

static const char *program;
static void *become(void *arg) {
    (void)arg;
    usleep(200000);
    execl(program, program, "after", NULL);
    exit(7);
}

/* exec from a thread that is not the leader, while the leader waits in recv: the process keeps its number, all else goes. */
static void thread_exec(void) {
    int s = connected(8080);
    MUST(s == 3);
    say(s, "before");
    hear(s, "before");
    pthread_t thread;
    MUST(!pthread_create(&thread, NULL, become, NULL));
    char byte;
    recv(s, &byte, 1, 0);
    exit(6);
}

static void after(void) {
    say(3, "after");
    hear(3, "after");
    close(3);
}

/* Two forks and a new session: nobody is left of the process that was started. */
static void daemonise(void) {
    if (OK(fork()) > 0)
        _exit(0);
    OK(setsid());
    if (OK(fork()) > 0)
        _exit(0);
    usleep(100000);
    int s = listening(8080);
    echo(OK(accept(s, NULL, NULL)));
    close(s);
}

/* A second descriptor of the same socket; the connection ends with the last of them. */
static void duplicates(void) {
    int s = connected(8080), d = OK(dup(s)), e = OK(fcntl(s, F_DUPFD, 100)), f = OK(dup2(s, 50)), g = OK(dup3(s, 51, O_CLOEXEC));
    close(s);
    say(d, "d");
    hear(e, "d");
    close(d);
    say(f, "f");
    hear(g, "f");
    OK(close_range(50, 51, 0));
    MUST(OK(open("/dev/null", O_WRONLY)) == s);
    MUST(write(s, "no socket", 9) == 9);
    close(e);
}

/* A connection whose descriptor is given to a file: nobody called close. */
static void replaced(void) {
    int s = connected(8080), file = OK(open("/dev/null", O_WRONLY));
    say(s, "r");
    hear(s, "r");
    OK(dup2(s, s));
    OK(dup2(file, s));
    MUST(write(s, "no socket", 9) == 9);
    usleep(20000);
}

/* A connection that ends with close_range, and one that ends because exec closes it. */
static void ranged(void) {
    int s = connected(8080);
    say(s, "r");
    hear(s, "r");
    OK(close_range(s, ~0U, 0));
    usleep(20000);
}

static void closed_by_exec(void) {
    int s = connected(8080);
    say(s, "r");
    hear(s, "r");
    OK(fcntl(s, F_SETFD, FD_CLOEXEC));
    OK(execl("/bin/sleep", "sleep", "0.02", NULL));
}

/* Children by the dozen while the parent waits in recv. */
static void storm(void) {
    struct sigaction action = {.sa_handler = reap, .sa_flags = SA_RESTART};
    OK(sigaction(SIGCHLD, &action, NULL));
    int s = connected(8080);
    for (int i = 0; i < 60; i++)
        if (OK(fork()) == 0)
            _exit(0);
    say(s, "storm");
    hear(s, "storm");
    while (gone < 60)
        usleep(1000);
    close(s);
}

/* Waits for ever, as its child does: for rules that end a role. */
static void family(void) {
    int s = listening(8080);
    if (OK(fork()) == 0)
        pause();
    echo(OK(accept(s, NULL, NULL)));
    pause();
}

/* Two pairs of processes that never pause. */
static void restless(void) {
    for (int i = 0; i < 2; i++) {
        int pair[2];
        OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
        for (int side = 0; side < 2; side++)
            if (OK(fork()) == 0)
                for (char byte = 'r';;) {
                    if (side == 0)
                        OK(write(pair[0], &byte, 1));
                    OK(read(pair[side], &byte, 1));
                    if (side == 1)
                        OK(write(pair[1], &byte, 1));
                }
    }
    for (int i = 0;; i++) {
        printf("line %d\n", i);
        fflush(stdout);
        usleep(10000);
    }
}

int main(int argc, char **argv) {
    MUST(argc > 1);
    const char *what = argv[1];
    program = argv[0];
    if (!strcmp(what, "forking")) forking(atoi(argv[2]));
    else if (!strcmp(what, "prefork")) prefork(atoi(argv[2]));
    else if (!strcmp(what, "passing")) passing();
    else if (!strcmp(what, "giver")) giver(argv[2]);
    else if (!strcmp(what, "taker")) taker(argv[2]);
    else if (!strcmp(what, "table")) table();
    else if (!strcmp(what, "inetd")) inetd(argv[0]);
    else if (!strcmp(what, "cat")) cat();
    else if (!strcmp(what, "thread-exec")) thread_exec();
    else if (!strcmp(what, "after")) after();
    else if (!strcmp(what, "daemon")) daemonise();
    else if (!strcmp(what, "duplicates")) duplicates();
    else if (!strcmp(what, "replaced")) replaced();
    else if (!strcmp(what, "ranged")) ranged();
    else if (!strcmp(what, "closed-by-exec")) closed_by_exec();
    else if (!strcmp(what, "storm")) storm();
    else if (!strcmp(what, "restless")) restless();
    else if (!strcmp(what, "family")) family();
    else return 5;
    return 0;
}
