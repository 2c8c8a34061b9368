/* A small HTTP server: the files of /srv/www, and a greeting that says who it is. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "greeter.h"

static void leave(int signal)
{
    (void)signal;
    _exit(0); /* process 1 gets no default action: without this, SIGTERM would do nothing */
}

static int port_from_environment(void)
{
    const char *text = getenv("PORT");
    int port = text ? atoi(text) : 8080;
    return port > 0 && port < 65536 ? port : 8080;
}

static struct sockaddr_in address(int port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    return address;
}

/* The health check: can a connection be made, and does it answer? */
static int check(int port)
{
    char answer[16] = "";
    struct sockaddr_in to = address(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        return 1;
    dprintf(fd, "GET / HTTP/1.0\r\n\r\n");
    return read(fd, answer, 12) == 12 && strcmp(answer, "HTTP/1.0 200") == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    int port = port_from_environment();
    if (argc > 1 && strcmp(argv[1], "--check") == 0)
        return check(port);
    signal(SIGTERM, leave);
    signal(SIGINT, leave);
    signal(SIGPIPE, SIG_IGN);
    load_pages("/srv/www");

    int on = 1;
    struct sockaddr_in at = address(port);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 16) < 0) {
        perror("greeter");
        return 1;
    }
    printf("greeter listens on port %d\n", port);
    fflush(stdout);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection >= 0) {
            answer(connection);
            close(connection);
        }
    }
}
