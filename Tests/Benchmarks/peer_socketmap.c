/* The floor under a socketmap server, and what drives it and others.
 *
 *   peer_socketmap serve PORT                          answers "OK user" to every request; as little work as can be
 *   peer_socketmap ask PORT KEYS CONNECTIONS SECONDS   asks, one request at a time on each connection; prints a second's
 *   peer_socketmap rcpt PORT KEYS CONNECTIONS SECONDS  the same as RCPT TO in as many SMTP sessions
 *
 * KEYS is a file of addresses, one a line, asked in turn. One thread, epoll by level, loopback.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void watch(int poller, int fd) {
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
}

static int serve(int port) {
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0), poller = epoll_create1(0);
    struct sockaddr_in a = loopback(port);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (void *)&a, sizeof a) || listen(listener, 256)) return perror("listen"), 1;
    watch(poller, listener);
    for (;;) {
        struct epoll_event events[128];
        int count = epoll_wait(poller, events, 128, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int one = accept(listener, NULL, NULL);
                setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(poller, one);
                continue;
            }
            char buffer[4096];
            ssize_t got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0) {
                close(fd);
                continue;
            }
            /* One request at a time is all that the askers here and Postfix send. */
            send(fd, "7:OK user,", 10, MSG_NOSIGNAL);
        }
    }
}

struct key { char *text; int length; };

static struct key *read_keys(const char *path, int is_smtp, int *count) {
    FILE *file = fopen(path, "r");
    char line[1024];
    struct key *keys = NULL;
    int capacity = 0;
    *count = 0;
    if (!file) return perror(path), NULL;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (*count == capacity) keys = realloc(keys, (capacity = capacity * 2 + 1024) * sizeof *keys);
        char *text;
        int length = is_smtp ? asprintf(&text, "RCPT TO:<%s>\r\n", line)
                             : asprintf(&text, "%zu:recipients %s,", strlen(line) + 11, line);
        keys[(*count)++] = (struct key){text, length};
    }
    fclose(file);
    return keys;
}

/* Lines of a dialogue until one has no hyphen behind its code. */
static void expect_reply(int fd) {
    char buffer[4096];
    size_t have = 0;
    while (have < sizeof buffer - 1) {
        ssize_t got = recv(fd, buffer + have, sizeof buffer - 1 - have, 0);
        if (got <= 0) exit((fprintf(stderr, "the server hung up\n"), 1));
        have += got;
        buffer[have] = 0;
        char *last = buffer;
        for (char *end; (end = strstr(last, "\r\n")); last = end + 2)
            if (end[2] == 0 && last[3] == ' ') return;
    }
}

static int ask(int port, const char *path, int connections, double length, int is_smtp) {
    int count, poller = epoll_create1(0), on = 1;
    struct key *keys = read_keys(path, is_smtp, &count);
    if (!keys || !count) return 1;
    struct sockaddr_in a = loopback(port);
    int next = 0;
    for (int i = 0; i < connections; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (void *)&a, sizeof a)) return perror("connect"), 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (is_smtp) {
            const char *lines[] = {"EHLO bench.test\r\n", "MAIL FROM:<sender@outside.test>\r\n"};
            expect_reply(fd);
            for (int l = 0; l < 2; l++) {
                send(fd, lines[l], strlen(lines[l]), MSG_NOSIGNAL);
                expect_reply(fd);
            }
        }
        watch(poller, fd);
        struct key *key = &keys[next++ % count];
        send(fd, key->text, key->length, MSG_NOSIGNAL);
    }
    double start = seconds(), now = start;
    long done = 0, yes = 0;
    while ((now = seconds()) - start < length) {
        struct epoll_event events[128];
        int ready = epoll_wait(poller, events, 128, 1000);
        for (int i = 0; i < ready; i++) {
            char buffer[4096];
            int fd = events[i].data.fd;
            ssize_t got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0) return fprintf(stderr, "the server hung up after %ld\n", done), 1;
            done++;
            yes += is_smtp ? buffer[0] == '2' : memmem(buffer, got, "OK ", 3) != NULL;
            struct key *key = &keys[next++ % count];
            send(fd, key->text, key->length, MSG_NOSIGNAL);
        }
    }
    printf("%.0f %.4f\n", done / (now - start), done ? (double)yes / done : 0);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "serve")) return serve(atoi(argv[2]));
    if (argc == 6) return ask(atoi(argv[2]), argv[3], atoi(argv[4]), atof(argv[5]), !strcmp(argv[1], "rcpt"));
    fprintf(stderr, "peer_socketmap serve PORT | ask|rcpt PORT KEYS CONNECTIONS SECONDS\n");
    return 64;
}
