/* The calls beginners do not meet first: several buffers, several messages, no buffer at all, flags. */
#include "lab.h"

static void vectors(void) {
    int s = connected(8080);
    struct iovec out[3] = {{"al", 2}, {"", 0}, {"pha", 3}};
    MUST(writev(s, out, 3) == 5);
    char a[2], b[64];
    struct iovec in[2] = {{a, 2}, {b, 3}};
    struct msghdr all = {.msg_iov = in, .msg_iovlen = 2};
    MUST(recvmsg(s, &all, MSG_WAITALL) == 5 && !memcmp(a, "al", 2) && !memcmp(b, "pha", 3));
    struct msghdr message = {.msg_iov = out, .msg_iovlen = 3};
    MUST(sendmsg(s, &message, 0) == 5);
    int got = 0;
    while (got < 5) {
        struct iovec rest[2] = {{a, 1}, {b, sizeof b}};
        got += OK(readv(s, rest, 2));
    }
    MUST(got == 5);
    close(s);
}

static void flags(void) {
    int s = connected(8080);
    char buffer[64];
    say(s, "peek-a-boo");
    MUST(recv(s, buffer, 4, MSG_PEEK | MSG_WAITALL) == 4);
    MUST(recv(s, buffer, 10, MSG_WAITALL) == 10);
    say(s, "discarded!");
    memset(buffer, 'x', sizeof buffer);
    int left = 10;
    while (left > 0)
        left -= OK(recv(s, buffer, left, MSG_TRUNC)); /* tcp(7): the bytes are thrown away */
    MUST(buffer[0] == 'x');
    MUST(recv(s, buffer, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
    close(s);
}

static void truncated(void) {
    int s = udp(8081);
    char buffer[8];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    MUST(recvfrom(s, buffer, 4, MSG_TRUNC, (struct sockaddr *)&from, &length) == 10);
    struct iovec one = {buffer, 3};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1};
    MUST(recvmsg(s, &message, 0) == 3 && (message.msg_flags & MSG_TRUNC));
    close(s);
}

static void datagrams(void) {
    int s = udp(0);
    struct sockaddr_in to = at(8081);
    MUST(sendto(s, "0123456789", 10, 0, (struct sockaddr *)&to, sizeof to) == 10);
    MUST(sendto(s, "abcdef", 6, 0, (struct sockaddr *)&to, sizeof to) == 6);
    close(s);
}

static void messages_in(void) {
    int s = udp(8081);
    char room[4][16];
    struct iovec one[4];
    struct mmsghdr list[4] = {0};
    int got = 0;
    while (got < 3) {
        for (int i = 0; i < 4; i++) {
            one[i] = (struct iovec){room[i], 16};
            list[i].msg_hdr = (struct msghdr){.msg_iov = &one[i], .msg_iovlen = 1};
        }
        int n = OK(recvmmsg(s, list, 4, MSG_WAITFORONE, NULL));
        got += n;
    }
    close(s);
}

static void messages_out(void) {
    int s = udp(0);
    struct sockaddr_in to = at(8081);
    OK(connect(s, (struct sockaddr *)&to, sizeof to));
    struct iovec one[3] = {{"un", 2}, {"deux", 4}, {"trois", 5}};
    struct mmsghdr list[3] = {0};
    for (int i = 0; i < 3; i++)
        list[i].msg_hdr = (struct msghdr){.msg_iov = &one[i], .msg_iovlen = 1};
    MUST(sendmmsg(s, list, 3, 0) == 3);
    close(s);
}

/* A file through sendfile, then back through a pipe with splice, to the same connection. */
static void no_buffers(const char *file) {
    int s = connected(8080), f = OK(open(file, O_RDONLY)), pipes[2];
    off_t from = 0;
    OK(pipe(pipes));
    MUST(sendfile(s, f, &from, 1000) == 1000);
    int left = 1000;
    while (left > 0) {
        ssize_t n = OK(splice(s, NULL, pipes[1], NULL, left, 0));
        MUST(n > 0);
        left -= n;
        while (n > 0)
            n -= OK(splice(pipes[0], NULL, s, NULL, n, 0));
    }
    char buffer[1000];
    MUST(recv(s, buffer, 1000, MSG_WAITALL) == 1000);
    close(s);
}

static void impatient(void) {
    int s = OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), error = -1;
    struct sockaddr_in address = at(8080);
    socklen_t length = sizeof error;
    int result = connect(s, (struct sockaddr *)&address, sizeof address);
    MUST(result == 0 || errno == EINPROGRESS);
    struct pollfd wait = {.fd = s, .events = POLLOUT};
    MUST(poll(&wait, 1, 5000) == 1);
    OK(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length));
    MUST(error == 0);
    say(s, "impatient");
    wait.events = POLLIN;
    MUST(poll(&wait, 1, 5000) == 1);
    hear(s, "impatient");
    close(s);
}

static void epoll_server(int n) {
    int s = listening(8080), e = OK(epoll_create1(0));
    OK(fcntl(s, F_SETFL, O_NONBLOCK));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = s};
    OK(epoll_ctl(e, EPOLL_CTL_ADD, s, &event));
    while (n > 0) {
        struct epoll_event events[8];
        int count = OK(epoll_wait(e, events, 8, -1));
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == s) {
                int c;
                while ((c = accept4(s, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    event = (struct epoll_event){.events = EPOLLIN, .data.fd = c};
                    OK(epoll_ctl(e, EPOLL_CTL_ADD, c, &event));
                }
                continue;
            }
            char buffer[256];
            ssize_t got = OK(read(fd, buffer, sizeof buffer));
            if (got > 0)
                MUST(write(fd, buffer, got) == got);
            else {
                close(fd);
                n--;
            }
        }
    }
    close(s);
}

/* What a program does that would rather use io_uring: it asks, is told that there is none, and works without. */
static void uring(void) {
    char parameters[120] = {0};
    MUST(syscall(SYS_io_uring_setup, 8, parameters) == -1 && errno == ENOSYS);
    MUST(syscall(SYS_io_uring_setup, 8, parameters) == -1 && errno == ENOSYS);
    int s = connected(8080);
    say(s, "without");
    hear(s, "without");
    close(s);
}

/* What io::copy of Rust does: it would splice, is told that this cannot be, and reads and writes. */
static void pour(void) {
    int s = connected(8080);
    MUST(splice(0, NULL, s, NULL, 100, 0) == -1 && errno == EINVAL);
    say(s, "poured\n");
    OK(shutdown(s, SHUT_WR));
    MUST(splice(s, NULL, 1, NULL, 100, 0) == -1 && errno == EINVAL);
    char buffer[100];
    for (long n; (n = OK(read(s, buffer, sizeof buffer))) > 0;)
        MUST(write(1, buffer, n) == n);
    close(s);
}

/* Which descriptors a program has when it starts: its own three. */
static void inventory(void) {
    for (int fd = 3; fd < 256; fd++)
        MUST(fcntl(fd, F_GETFD) == -1);
    MUST(open("/dev/tty", O_RDWR) == -1);
    char byte;
    MUST(read(0, &byte, 1) == 0);
}

int main(int argc, char **argv) {
    MUST(argc > 1);
    const char *what = argv[1];
    if (!strcmp(what, "vectors")) vectors();
    else if (!strcmp(what, "flags")) flags();
    else if (!strcmp(what, "truncated")) truncated();
    else if (!strcmp(what, "datagrams")) datagrams();
    else if (!strcmp(what, "messages-in")) messages_in();
    else if (!strcmp(what, "messages-out")) messages_out();
    else if (!strcmp(what, "no-buffers")) no_buffers(argv[2]);
    else if (!strcmp(what, "impatient")) impatient();
    else if (!strcmp(what, "epoll")) epoll_server(atoi(argv[2]));
    else if (!strcmp(what, "uring")) uring();
    else if (!strcmp(what, "pour")) pour();
    else if (!strcmp(what, "inventory")) inventory();
    else return 5;
    return 0;
}
