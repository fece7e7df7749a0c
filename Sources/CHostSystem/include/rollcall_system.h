/* What Swift cannot call by itself: variadic, macro-only or too new system calls. Every function returns 0 (or a
 * descriptor, or a number) for success and the negative errno for failure; none keeps state, none logs. */
#ifndef ROLLCALL_SYSTEM_H
#define ROLLCALL_SYSTEM_H

#include <stddef.h>
#include <stdint.h>  /* and no header of the system: its structures would be known to Swift as this module's */

/* ---- Child processes (process.c) ---- */

/* Starts PATH in a process group of its own, with the given descriptors as 0, 1, 2 and 3 and no other; default signal
 * handling, nothing blocked. */
int rollcall_spawn(const char *path, char *const argv[], char *const envp[], int in, int out, int err, int three,
                   int32_t *pid);
int rollcall_pidfd_open(int32_t pid);
int rollcall_pidfd_signal(int pidfd, int signal);
/* Reaps. *status: the exit code, or 256 + the signal. *peak: the largest resident size in bytes. */
int rollcall_reap(int32_t pid, int *status, uint64_t *peak);
int rollcall_eventfd(void);
int rollcall_socketpair(int pair[2]);
int rollcall_pipe(int pair[2]);
int rollcall_nonblocking(int fd);

/* ---- Limits of this process (limits.c) ---- */

enum rollcall_resource {
    ROLLCALL_LIMIT_CORE, ROLLCALL_LIMIT_FILES, ROLLCALL_LIMIT_DATA, ROLLCALL_LIMIT_SPACE, ROLLCALL_LIMIT_FILE_SIZE
};
int rollcall_limit(enum rollcall_resource resource, uint64_t value);
int rollcall_no_new_privileges(void);
int rollcall_not_dumpable(void);
void rollcall_nice(int by);
/* Has large blocks go back to the system when they are freed: left alone, glibc keeps ever larger ones on top. */
void rollcall_return_memory(void);
/* Gives back what lies free on the heap. */
void rollcall_trim_memory(void);
/* Nanoseconds of a clock that nobody sets; the coarse one costs a few of them and is right to some milliseconds. Not in
 * Swift, which cannot make up its mind whose structure a timespec or a timeval is. */
uint64_t rollcall_clock(void);
uint64_t rollcall_coarse_clock(void);
/* How long a socket waits for its peer, both ways. */
int rollcall_socket_patience(int descriptor, int milliseconds);
/* Overwrites a secret, in a way that no optimiser leaves out. */
void rollcall_wipe(void *bytes, size_t count);

/* ---- Landlock (landlock.c) ---- */

enum { ROLLCALL_MAY_READ = 1, ROLLCALL_MAY_EXECUTE = 2, ROLLCALL_MAY_WRITE = 4 };

/* The kernel's Landlock version; 0 where there is none. */
int rollcall_landlock_abi(void);
/* Begins a set of rules that denies all access to files (and, with `ports`, all TCP connections) that no rule allows. */
int rollcall_landlock_begin(int restrict_ports);
/* Allows access to a file, or to a directory and what lies beneath. */
int rollcall_landlock_path(int rules, const char *path, int access);
int rollcall_landlock_port(int rules, uint16_t port);
/* Puts the rules on the calling thread and on those that it starts, and closes the set. */
int rollcall_landlock_enforce(int rules);

/* ---- System call filter (seccomp.c) ---- */

/* Denies, on all threads, what no connector needs; `may_exec` and `may_listen` leave out their lines. */
int rollcall_seccomp(int may_exec, int may_listen);

/* ---- Many descriptors, one thread (poller.c) ---- */

enum { ROLLCALL_READABLE = 1, ROLLCALL_WRITABLE = 2 };
typedef struct { int fd; int what; } rollcall_ready;

/* A set of descriptors to wait for (epoll, by level). A descriptor leaves it when it is closed. */
int rollcall_poller(void);
int rollcall_poller_add(int poller, int fd, int interest);
int rollcall_poller_change(int poller, int fd, int interest);
/* Fills in at most MOST; one that is broken is both readable and writable. */
int rollcall_poller_wait(int poller, rollcall_ready *ready, int most, int milliseconds);
/* The next connection, not blocking. */
int rollcall_accept(int listener);
/* Names the calling thread for tools, at most 15 bytes. */
void rollcall_name_thread(const char *name);

/* ---- Files (files.c) ---- */

/* Opens for reading, refusing any symbolic link on the way. */
int rollcall_open_straight(const char *path, int directory);
/* A file that exists only as long as its descriptor. */
int rollcall_memory_file(void);

#endif
