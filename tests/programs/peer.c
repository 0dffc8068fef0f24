/* The other end. `peer echo PORT N`: serves N connections one after another. `peer say PORT TEXT …`: sends each text and
 * waits for it to come back. `peer tell PORT TEXT …`: sends each text and ends. `peer idle PORT`: connects, waits for the end. */
#include "lab.h"

int main(int argc, char **argv) {
    MUST(argc > 2);
    int port = atoi(argv[2]);
    if (!strcmp(argv[1], "echo")) {
        int s = listening(port);
        for (int left = argc > 3 ? atoi(argv[3]) : 1; left > 0; left--)
            echo(OK(accept(s, NULL, NULL)));
        close(s);
        return 0;
    }
    int s = connected(port);
    char end;
    for (int i = 3; i < argc; i++) {
        say(s, argv[i]);
        if (!strcmp(argv[1], "say"))
            hear(s, argv[i]);
    }
    if (!strcmp(argv[1], "tell"))
        OK(shutdown(s, SHUT_WR));
    if (strcmp(argv[1], "say"))
        while (recv(s, &end, 1, 0) > 0) {}
    close(s);
    return 0;
}
