#define _GNU_SOURCE
#include "rollcall_system.h"
#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { MOST = 128 };

static uint32_t set(int interest) {
    return (interest & ROLLCALL_READABLE ? EPOLLIN : 0) | (interest & ROLLCALL_WRITABLE ? EPOLLOUT : 0);
}

static int control(int poller, int operation, int fd, int interest) {
    struct epoll_event event = { .events = set(interest), .data.fd = fd };
    return epoll_ctl(poller, operation, fd, &event) ? -errno : 0;
}

int rollcall_poller(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int rollcall_poller_add(int poller, int fd, int interest) { return control(poller, EPOLL_CTL_ADD, fd, interest); }

int rollcall_poller_change(int poller, int fd, int interest) { return control(poller, EPOLL_CTL_MOD, fd, interest); }

int rollcall_poller_wait(int poller, rollcall_ready *ready, int most, int milliseconds) {
    struct epoll_event events[MOST];
    int count = epoll_wait(poller, events, most < MOST ? most : MOST, milliseconds);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        uint32_t what = events[i].events, broken = EPOLLHUP | EPOLLERR;
        ready[i].fd = events[i].data.fd;
        ready[i].what = (what & (EPOLLIN | broken) ? ROLLCALL_READABLE : 0)
                      | (what & (EPOLLOUT | broken) ? ROLLCALL_WRITABLE : 0);
    }
    return count;
}

int rollcall_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void rollcall_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
