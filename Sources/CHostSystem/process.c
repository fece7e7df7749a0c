#define _GNU_SOURCE
#include "rollcall_system.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

int rollcall_spawn(const char *path, char *const argv[], char *const envp[], int in, int out, int err, int three,
                   pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    int failure;

    /* dup2 onto itself keeps close-on-exec and a later dup2 could overwrite a source: lift all four out of the way. */
    int from[4] = { in, out, err, three }, lifted[4] = { -1, -1, -1, -1 };
    failure = 0;
    for (int i = 0; i < 4 && !failure; i++) {
        lifted[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 10);
        if (lifted[i] < 0) failure = errno;
    }
    if (!failure) {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        for (int i = 0; i < 4; i++) posix_spawn_file_actions_adddup2(&actions, lifted[i], i);
        posix_spawn_file_actions_addclosefrom_np(&actions, 4);
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        failure = posix_spawn(pid, path, &actions, &attributes, argv, envp);
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    for (int i = 0; i < 4; i++)
        if (lifted[i] >= 0) close(lifted[i]);
    return -failure;
}

int rollcall_pidfd_open(pid_t pid) {
    long fd = syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : (int)fd;
}

int rollcall_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int rollcall_reap(pid_t pid, int *status, uint64_t *peak) {
    struct rusage usage = { 0 };
    int raw = 0;
    pid_t got;
    do got = wait4(pid, &raw, 0, &usage);
    while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    *status = WIFSIGNALED(raw) ? 256 + WTERMSIG(raw) : WEXITSTATUS(raw);
    *peak = (uint64_t)usage.ru_maxrss * 1024;
    return 0;
}

int rollcall_eventfd(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int rollcall_socketpair(int pair[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
    int room = 1 << 20; /* fewer switches between worker and host; best effort */
    for (int i = 0; i < 2; i++) setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    return 0;
}

int rollcall_pipe(int pair[2]) { return pipe2(pair, O_CLOEXEC) < 0 ? -errno : 0; }

int rollcall_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}
