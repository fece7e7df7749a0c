#include "rollcall_ldap.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* A peer that has died is found by the system: probes after a quiet minute, and 30 s for what was sent. */
static void notice_dead_peer(int fd) {
    int on = 1, idle = 60, between = 10, probes = 3, unheard = 30000;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unheard, sizeof unheard);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int finish_connect(int fd, int64_t deadline, int cancel_fd, char *detail, size_t room) {
    for (;;) {
        int64_t left = deadline - now();
        if (left <= 0) return ROLLCALL_DIAL_LATE;
        struct pollfd fds[2] = {{fd, POLLOUT, 0}, {cancel_fd, POLLIN, 0}};
        int ready = poll(fds, 2, (int)(left > 1000 ? 1000 : left));
        if (ready < 0 && errno != EINTR) return ROLLCALL_DIAL_REFUSED;
        if (fds[1].revents != 0 && cancel_fd >= 0) return ROLLCALL_DIAL_CANCELLED;
        if (fds[0].revents == 0) continue;
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == 0) return 0;
        snprintf(detail, room, "%s", strerror(error));
        return error == ETIMEDOUT ? ROLLCALL_DIAL_LATE : ROLLCALL_DIAL_REFUSED;
    }
}

int rollcall_dial(const char *host, const char *port, int64_t milliseconds, int cancel_fd, rollcall_permit permit,
                  void *context, char *detail, size_t room) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *all = NULL;
    detail[0] = 0;
    int found = getaddrinfo(host, port, &hints, &all);
    if (found != 0) {
        snprintf(detail, room, "%s", gai_strerror(found));
        return ROLLCALL_DIAL_UNKNOWN;
    }
    int64_t deadline = now() + milliseconds;
    int verdict = ROLLCALL_DIAL_REFUSED, connected = -1;
    for (struct addrinfo *each = all; each && connected < 0; each = each->ai_next) {
        char address[INET6_ADDRSTRLEN + 32];
        if (getnameinfo(each->ai_addr, each->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) != 0) continue;
        address[strcspn(address, "%")] = 0;
        if (!permit(context, address)) {
            if (verdict == ROLLCALL_DIAL_REFUSED) snprintf(detail, room, "%s", address);
            verdict = ROLLCALL_DIAL_DENIED;
            continue;
        }
        int fd = socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) continue;
        int step = 0;
        if (connect(fd, each->ai_addr, each->ai_addrlen) != 0) {
            if (errno == EINPROGRESS) {
                step = finish_connect(fd, deadline, cancel_fd, detail, room);
            } else {
                snprintf(detail, room, "%s", strerror(errno));
                step = ROLLCALL_DIAL_REFUSED;
            }
        }
        if (step == 0) {
            fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
            notice_dead_peer(fd);
            connected = fd;
        } else {
            close(fd);
            verdict = step;
            if (step == ROLLCALL_DIAL_CANCELLED || step == ROLLCALL_DIAL_LATE) break;
        }
    }
    freeaddrinfo(all);
    return connected >= 0 ? connected : verdict;
}
