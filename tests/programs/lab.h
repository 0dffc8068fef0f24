/* What these small programs share. Every failure ends the program with a message: a test must not pass by accident. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static inline long ok(long result, const char *what) {
    if (result == -1) {
        perror(what);
        exit(9);
    }
    return result;
}
#define OK(call) ok((call), #call)
#define MUST(truth) ((truth) ? (void)0 : (fprintf(stderr, "not so: %s\n", #truth), exit(8)))

static inline struct sockaddr_in at(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline int listening(int port) {
    int s = OK(socket(AF_INET, SOCK_STREAM, 0)), one = 1;
    struct sockaddr_in address = at(port);
    OK(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
    OK(bind(s, (struct sockaddr *)&address, sizeof address));
    OK(listen(s, 16));
    return s;
}

static inline int connected(int port) {
    int s = OK(socket(AF_INET, SOCK_STREAM, 0));
    struct sockaddr_in address = at(port);
    OK(connect(s, (struct sockaddr *)&address, sizeof address));
    return s;
}

static inline int udp(int port) {
    int s = OK(socket(AF_INET, SOCK_DGRAM, 0));
    struct sockaddr_in address = at(port);
    if (port)
        OK(bind(s, (struct sockaddr *)&address, sizeof address));
    return s;
}

static inline void say(int s, const char *text) { MUST(send(s, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text)); }

/* Reads exactly as many bytes as `text` has and compares them. */
static inline void hear(int s, const char *text) {
    char buffer[4096];
    size_t have = 0, want = strlen(text);
    while (have < want) {
        ssize_t n = OK(recv(s, buffer + have, want - have, 0));
        MUST(n > 0);
        have += n;
    }
    MUST(memcmp(buffer, text, want) == 0);
}

/* Sends back what comes until the other side ends. */
static inline void echo(int s) {
    char buffer[4096];
    ssize_t n;
    while ((n = OK(recv(s, buffer, sizeof buffer, 0))) > 0)
        MUST(send(s, buffer, n, MSG_NOSIGNAL) == n);
    close(s);
}
