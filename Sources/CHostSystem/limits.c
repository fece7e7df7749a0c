#define _GNU_SOURCE
#include "rollcall_system.h"

#include <time.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <malloc.h>
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int rollcall_limit(enum rollcall_resource resource, uint64_t value) {
    static const int names[] = { RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_DATA, RLIMIT_AS, RLIMIT_FSIZE };
    struct rlimit now, limit;
    if ((unsigned)resource >= sizeof names / sizeof *names) return -EINVAL;
    if (getrlimit(names[resource], &now) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max = value < now.rlim_max ? (rlim_t)value : now.rlim_max;
    return setrlimit(names[resource], &limit) < 0 ? -errno : 0;
}

int rollcall_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0; }

int rollcall_not_dumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0; }

void rollcall_nice(int by) {
    if (nice(by) == -1) return; /* best effort */
}

void rollcall_trim_memory(void) { malloc_trim(0); }
void rollcall_return_memory(void) { mallopt(M_MMAP_THRESHOLD, 1 << 20); }

void rollcall_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }

static uint64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t rollcall_clock(void) { return now(CLOCK_MONOTONIC); }
uint64_t rollcall_coarse_clock(void) { return now(CLOCK_MONOTONIC_COARSE); }

int rollcall_socket_patience(int descriptor, int milliseconds) {
    struct timeval limit = { milliseconds / 1000, milliseconds % 1000 * 1000 };
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) return -errno;
    return setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 ? 0 : -errno;
}
