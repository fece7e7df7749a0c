/* A deny-list in classic BPF. An allow-list would break on somebody's language runtime; what is named here, no
 * connector that reads a directory needs: starting programs, looking into other processes, the kernel's less trodden
 * doors, listening, and signals to anybody else. Denied calls return EPERM, so that libraries fall back or report. */
#define _GNU_SOURCE
#include "rollcall_system.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* Newer than some distributions' headers; the numbers are the same on all architectures. */
enum { nr_pidfd_send_signal = 424, nr_io_uring_setup = 425, nr_io_uring_enter, nr_io_uring_register, nr_open_tree,
       nr_move_mount, nr_fsopen, nr_fsconfig, nr_fsmount, nr_fspick, nr_clone3 = 435, nr_pidfd_getfd = 438,
       nr_process_madvise = 440, nr_mount_setattr = 442, nr_process_mrelease = 448 };

static const int always[] = {
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_keyctl, SYS_add_key, SYS_request_key,
    nr_io_uring_setup, nr_io_uring_enter, nr_io_uring_register, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot,
    SYS_unshare, SYS_setns, SYS_userfaultfd, SYS_perf_event_open, SYS_kcmp, SYS_open_by_handle_at, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl,
    nr_open_tree, nr_move_mount, nr_fsopen, nr_fsconfig, nr_fsmount, nr_fspick, nr_pidfd_getfd, nr_process_madvise,
    nr_mount_setattr, nr_process_mrelease, SYS_setsid,
};
static const int executing[] = {
    SYS_execve, SYS_execveat,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    SYS_tkill, nr_pidfd_send_signal,
};
static const int to_self_only[] = { SYS_kill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo };

enum { most = 200 };
struct program { struct sock_filter lines[most]; unsigned short count; };

static void add(struct program *p, unsigned short code, uint32_t k, unsigned char yes, unsigned char no) {
    if (p->count < most) p->lines[p->count++] = (struct sock_filter){ code, yes, no, k };
}
static void load(struct program *p, size_t offset) { add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }
static void give(struct program *p, uint32_t answer) { add(p, BPF_RET | BPF_K, answer, 0, 0); }
static void deny(struct program *p, int number, int error) {
    add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
    give(p, SECCOMP_RET_ERRNO | (uint32_t)error);
}

int rollcall_seccomp(int may_exec, int may_listen) {
#ifdef ARCHITECTURE
    struct program p = { .count = 0 };
    const size_t first = offsetof(struct seccomp_data, args[0]); /* its low half: both machines are little endian */

    load(&p, offsetof(struct seccomp_data, arch));
    add(&p, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    give(&p, SECCOMP_RET_KILL_PROCESS);
    load(&p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    add(&p, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1); /* the x32 table, a way around every line below */
    give(&p, SECCOMP_RET_ERRNO | ENOSYS);
#endif
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (!(may_exec && always[i] == SYS_setsid)) deny(&p, always[i], EPERM);
    if (!may_listen) deny(&p, SYS_listen, EPERM);
    if (!may_exec) {
        for (size_t i = 0; i < sizeof executing / sizeof *executing; i++) deny(&p, executing[i], EPERM);
        deny(&p, nr_clone3, ENOSYS); /* its flags lie in memory, which a filter cannot read: glibc falls back to clone */
        add(&p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
        load(&p, first);
        add(&p, BPF_JMP | BPF_JSET | BPF_K, 0x00010000 /* CLONE_THREAD */, 1, 0);
        give(&p, SECCOMP_RET_ERRNO | EPERM);
        give(&p, SECCOMP_RET_ALLOW);
        for (size_t i = 0; i < sizeof to_self_only / sizeof *to_self_only; i++) {
            add(&p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)to_self_only[i], 0, 4);
            load(&p, first);
            add(&p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 1, 0);
            give(&p, SECCOMP_RET_ERRNO | EPERM);
            give(&p, SECCOMP_RET_ALLOW);
        }
    }
    give(&p, SECCOMP_RET_ALLOW);
    if (p.count >= most) return -E2BIG;
    struct sock_fprog program = { p.count, p.lines };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) < 0 ? -errno : 0;
#else
    (void)may_exec, (void)may_listen;
    return -ENOSYS;
#endif
}
