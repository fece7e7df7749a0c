#include "rollcall_ldap.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Deadlines are far more often moved than met, so arming only writes them down. The thread looks every so often. */
enum { LOOK_EVERY = 100 };

struct rollcall_watch {
    pthread_t       thread;
    pthread_mutex_t lock;
    int             cancel_fd;
    int             wake_fd;
    int             fd;         /* -1: not armed */
    int64_t         deadline;
    int             verdict;
    int             ends;
    int             cancelled;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void *watching(void *argument) {
    rollcall_watch *watch = argument;
    for (;;) {
        struct pollfd fds[2] = {{watch->wake_fd, POLLIN, 0}, {watch->cancelled ? -1 : watch->cancel_fd, POLLIN, 0}};
        poll(fds, 2, LOOK_EVERY);
        pthread_mutex_lock(&watch->lock);
        if (watch->ends) {
            pthread_mutex_unlock(&watch->lock);
            return NULL;
        }
        if (fds[1].revents != 0) watch->cancelled = 1;
        if (watch->fd >= 0 && watch->verdict == ROLLCALL_WATCH_QUIET) {
            if (watch->cancelled) watch->verdict = ROLLCALL_WATCH_CANCELLED;
            else if (now() >= watch->deadline) watch->verdict = ROLLCALL_WATCH_LATE;
            /* Under the lock: the socket cannot have been closed, and its number given to another, meanwhile. */
            if (watch->verdict != ROLLCALL_WATCH_QUIET) shutdown(watch->fd, SHUT_RDWR);
        }
        pthread_mutex_unlock(&watch->lock);
    }
}

rollcall_watch *rollcall_watch_start(int cancel_fd) {
    rollcall_watch *watch = calloc(1, sizeof *watch);
    if (!watch) return NULL;
    watch->cancel_fd = cancel_fd;
    watch->fd = -1;
    watch->wake_fd = eventfd(0, EFD_CLOEXEC);
    pthread_mutex_init(&watch->lock, NULL);
    if (watch->wake_fd < 0 || pthread_create(&watch->thread, NULL, watching, watch) != 0) {
        if (watch->wake_fd >= 0) close(watch->wake_fd);
        free(watch);
        return NULL;
    }
    return watch;
}

void rollcall_watch_arm(rollcall_watch *watch, int fd, int64_t milliseconds) {
    pthread_mutex_lock(&watch->lock);
    watch->fd = fd;
    watch->deadline = now() + milliseconds;
    watch->verdict = ROLLCALL_WATCH_QUIET;
    pthread_mutex_unlock(&watch->lock);
}

int rollcall_watch_disarm(rollcall_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    int verdict = watch->verdict;
    watch->fd = -1;
    pthread_mutex_unlock(&watch->lock);
    return verdict;
}

void rollcall_watch_stop(rollcall_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    watch->ends = 1;
    pthread_mutex_unlock(&watch->lock);
    uint64_t one = 1;
    ssize_t ignored = write(watch->wake_fd, &one, sizeof one);
    (void)ignored;
    pthread_join(watch->thread, NULL);
    close(watch->wake_fd);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}
