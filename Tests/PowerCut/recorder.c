/* Records what a process does to the files of one folder, for the test that pulls the plug: a library to be preloaded.
 * Each open, write, truncation, sync and removal becomes one event in $REC_LOG; then the real call is made. Shared
 * memory (-shm) is left out, for SQLite makes it anew. An event, in the machine's byte order:
 *     u8 type (W write, T truncate, S sync, U unlink) · u32 name's length · u64 offset · u64 data's length · name · data
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { FILES = 1024, NAME = 96 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char names[FILES][NAME];
static const char *folder;
static int log_file = -1;

static void start(void) {
    if (log_file != -1) return;
    folder = getenv("REC_DIR");
    const char *path = getenv("REC_LOG");
    log_file = -2;
    if (folder && path) log_file = syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

static void event(char type, const char *name, uint64_t offset, const void *data, uint64_t length) {
    if (log_file < 0) return;
    uint32_t name_length = strlen(name);
    char head[21];
    head[0] = type;
    memcpy(head + 1, &name_length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    pthread_mutex_lock(&lock);
    syscall(SYS_write, log_file, head, sizeof head);
    syscall(SYS_write, log_file, name, name_length);
    if (data && length) syscall(SYS_write, log_file, data, length);
    pthread_mutex_unlock(&lock);
}

/* The file's name within the folder, or NULL for one that is not watched. */
static const char *name_of(int file) {
    return file >= 0 && file < FILES && names[file][0] ? names[file] : NULL;
}

static const char *within(const char *path) {
    start();
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length) || path[length] != '/' || strstr(path, "-shm")) return NULL;
    return path + length + 1;
}

static int opened(const char *path, int flags, mode_t mode) {
    int file = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (file < 0 || file >= FILES) return file;
    const char *name = within(path);
    snprintf(names[file], NAME, "%s", name ? name : "");
    if (name && flags & O_TRUNC) event('T', name, 0, NULL, 0);
    return file;
}

#define OPEN(SYMBOL)                                       \
    int SYMBOL(const char *path, int flags, ...) {         \
        mode_t mode = 0;                                   \
        if (flags & O_CREAT) {                             \
            va_list list;                                  \
            va_start(list, flags);                         \
            mode = va_arg(list, mode_t);                   \
            va_end(list);                                  \
        }                                                  \
        return opened(path, flags, mode);                  \
    }
OPEN(open)
OPEN(open64)

ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    if (name_of(file)) event('W', name_of(file), offset, data, length);
    return syscall(SYS_pwrite64, file, data, length, offset);
}
ssize_t pwrite(int file, const void *data, size_t length, off_t offset) { return pwrite64(file, data, length, offset); }

ssize_t write(int file, const void *data, size_t length) {
    if (name_of(file)) event('W', name_of(file), lseek(file, 0, SEEK_CUR), data, length);
    return syscall(SYS_write, file, data, length);
}

int ftruncate64(int file, off64_t length) {
    if (name_of(file)) event('T', name_of(file), length, NULL, 0);
    return syscall(SYS_ftruncate, file, length);
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fdatasync(int file) {
    int result = syscall(SYS_fdatasync, file);
    if (name_of(file)) event('S', name_of(file), 0, NULL, 0);
    return result;
}
int fsync(int file) {
    int result = syscall(SYS_fsync, file);
    if (name_of(file)) event('S', name_of(file), 0, NULL, 0);
    return result;
}

int unlink(const char *path) {
    if (within(path)) event('U', within(path), 0, NULL, 0);
    return syscall(SYS_unlink, path);
}

int close(int file) {
    if (file >= 0 && file < FILES) names[file][0] = 0;
    return syscall(SYS_close, file);
}
