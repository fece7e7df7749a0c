#define _GNU_SOURCE
#include "rollcall_system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int rollcall_open_straight(const char *path, int directory) {
    struct { uint64_t flags, mode, resolve; } how = {
        O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | (directory ? O_DIRECTORY : 0), 0, 0x04 /* no symlinks */
    };
    long fd = syscall(437 /* openat2 */, AT_FDCWD, path, &how, sizeof how);
    return fd < 0 ? -errno : (int)fd;
}

int rollcall_memory_file(void) {
    int fd = memfd_create("rollcall", MFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}
