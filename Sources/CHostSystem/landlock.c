/* Landlock by raw system calls: the distribution's header may be older than the kernel, so the numbers are our own. */
#define _GNU_SOURCE
#include "rollcall_system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { create_ruleset = 444, add_rule = 445, restrict_self = 446 };
enum { rule_path = 1, rule_port = 2 };

#define FS(n) (1ULL << (n))
enum { EXECUTE = 0, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK,
       MAKE_FIFO, MAKE_BLOCK, MAKE_SYM, REFER /* 2 */, TRUNCATE /* 3 */, IOCTL_DEV /* 5 */ };

struct ruleset { uint64_t files, network, scoped; };
struct __attribute__((packed)) path_rule { uint64_t access; int32_t parent; };
struct port_rule { uint64_t access, port; };

int rollcall_landlock_abi(void) {
    long abi = syscall(create_ruleset, NULL, 0, 1);
    return abi < 0 ? 0 : (int)abi;
}

static uint64_t known_files(int abi) {
    uint64_t all = FS(MAKE_SYM + 1) - 1;
    if (abi >= 2) all |= FS(REFER);
    if (abi >= 3) all |= FS(TRUNCATE);
    if (abi >= 5) all |= FS(IOCTL_DEV);
    return all;
}

int rollcall_landlock_begin(int restrict_ports) {
    int abi = rollcall_landlock_abi();
    struct ruleset rules = { known_files(abi), 0, 0 };
    size_t size = sizeof rules.files;
    if (abi < 1) return -ENOSYS;
    if (abi >= 4) {
        if (restrict_ports) rules.network = 1 << 1; /* TCP connect; listening is the filter's business */
        size = 2 * sizeof rules.files;
    }
    if (abi >= 6) {
        rules.scoped = 3; /* abstract sockets, signals */
        size = sizeof rules;
    }
    long fd = syscall(create_ruleset, &rules, size, 0);
    return fd < 0 ? -errno : (int)fd;
}

int rollcall_landlock_path(int rules, const char *path, int access) {
    struct path_rule rule = { 0, -1 };
    struct stat info;
    uint64_t write = FS(WRITE_FILE) | FS(REMOVE_DIR) | FS(REMOVE_FILE) | FS(MAKE_DIR) | FS(MAKE_REG) | FS(MAKE_SOCK)
                     | FS(MAKE_FIFO) | FS(MAKE_SYM) | FS(REFER) | FS(TRUNCATE);
    int result = 0;

    if (access & ROLLCALL_MAY_READ) rule.access |= FS(READ_FILE) | FS(READ_DIR);
    if (access & ROLLCALL_MAY_EXECUTE) rule.access |= FS(EXECUTE);
    if (access & ROLLCALL_MAY_WRITE) rule.access |= write;
    rule.access &= known_files(rollcall_landlock_abi());
    rule.parent = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent < 0) return -errno;
    if (fstat(rule.parent, &info) == 0 && !S_ISDIR(info.st_mode))
        rule.access &= FS(EXECUTE) | FS(WRITE_FILE) | FS(READ_FILE) | FS(TRUNCATE);
    if (syscall(add_rule, rules, rule_path, &rule, 0) < 0) result = -errno;
    close(rule.parent);
    return result;
}

int rollcall_landlock_port(int rules, uint16_t port) {
    struct port_rule rule = { 1 << 1, port };
    return syscall(add_rule, rules, rule_port, &rule, 0) < 0 ? -errno : 0;
}

int rollcall_landlock_enforce(int rules) {
    int result = syscall(restrict_self, rules, 0) < 0 ? -errno : 0;
    close(rules);
    return result;
}
