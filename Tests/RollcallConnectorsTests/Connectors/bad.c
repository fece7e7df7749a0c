/* Connectors that do what none should: -DBEHAVIOUR=CRASH and so on. Each one that starts something ends it by itself
 * within a second, whatever the limits are. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rollcall_connector.h"

enum { CRASH, ABORT, STACK, LOOP, SLEEP, DEAF, HOG, SHARED_HOG, EXIT_ZERO, EXIT_TWO, GARBAGE, LONG_FRAME, HALF_FRAME,
       FLOOD_LOG, FLOOD_STDERR, LEAK_FDS, FILL_DISK, SECRET_CRASH, FORBIDDEN, EXECUTE, FORK, KILL_HOST, CLOSE_SOCKET,
       CRASH_IN_CLOSE, EMPTY_ID, HUGE_RECORD, HUGE_STATE, TEMP_FILES, LISTEN, IGNORE_CANCEL_OK, CRASH_IN_OPEN,
       SLEEP_IN_OPEN, HIDE_CHILD, SLOW_BUT_MOVING};

static const rollcall_host *host;
static const rollcall_str none;
static char password[64];
static rollcall_str str(const char *s) { return (rollcall_str){ s, strlen(s) }; }
static void say(rollcall_ctx *ctx, const char *what, int worked) {
    char line[200];
    snprintf(line, sizeof line, "%s %s", what, worked ? "worked" : strerror(errno));
    host->log(ctx, ROLLCALL_INFO, str(line));
}
static rollcall_status emit(rollcall_ctx *ctx, const char *id, size_t size) {
    char *big = calloc(1, size + 1);
    memset(big, 'x', size);
    rollcall_pair pair = { ROLLCALL_STR("mail"), { big, size } };
    rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, str(id), none, &pair, 1 };
    rollcall_status st = host->emit(ctx, &r, 1);
    free(big);
    return st;
}
static int deeper(volatile char *above) { volatile char here[4096]; here[0] = *above; return deeper(here) + here[0]; }

#ifdef ON_LOAD
__attribute__((constructor)) static void load(void) { ON_LOAD; }
#endif

static rollcall_status bad_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    static int instance;
    for (size_t i = 0; i < n; i++)
        if (s[i].name.len == 8 && s[i].value.len < sizeof password) memcpy(password, s[i].value.data, s[i].value.len);
    if (BEHAVIOUR == CRASH_IN_OPEN) raise(SIGSEGV);
    if (BEHAVIOUR == SLEEP_IN_OPEN) for (;;) sleep(1);
    *self = &instance;
    (void)ctx;
    return ROLLCALL_OK;
}
static rollcall_status bad_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    (void)self, (void)request;
    emit(ctx, "first", 5);
    switch (BEHAVIOUR) {
    case CRASH: { volatile int *p = NULL; *p = 1; break; }
    case ABORT: abort();
    case STACK: { volatile char c = 1; return deeper(&c); }
    case LOOP: signal(SIGTERM, SIG_IGN); for (volatile int i = 0;; i++);
    case SLEEP: signal(SIGTERM, SIG_IGN); for (;;) sleep(1);
    case DEAF: for (;;) usleep(1000);
    case HOG: for (;;) { char *p = malloc(1 << 20); memset(p, 1, 1 << 20); }
    case SHARED_HOG:
        for (int i = 0; i < 400; i++) {
            char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
            memset(p, 1, 1 << 20);
            usleep(2000);
        }
        for (;;) sleep(1);
    case EXIT_ZERO: exit(0);
    case EXIT_TWO: exit(2);
    case GARBAGE: { char noise[256]; memset(noise, 0xA5, sizeof noise); write(3, noise, sizeof noise); for (;;) sleep(1); }
    case LONG_FRAME: { unsigned char head[] = { 0xFF, 0xFF, 0xFF, 0x7F, 36 }; write(3, head, 5); for (;;) sleep(1); }
    case HALF_FRAME: { unsigned char half[] = { 100, 0, 0, 0, 36, 1, 2 }; write(3, half, 7); _exit(0); }
    case FLOOD_LOG: for (;;) host->log(ctx, ROLLCALL_INFO, str("all work and no play"));
    case FLOOD_STDERR: for (int i = 0; i < 20000; i++) fprintf(stderr, "line %d of very many that nobody wants to read\n", i); return ROLLCALL_OK;
    case LEAK_FDS: { int i = 0; while (i < 5000 && open("/dev/null", O_RDONLY) >= 0) i++; say(ctx, "open", i == 5000); return ROLLCALL_FAILED; }
    case FILL_DISK: { int fd = open("big", O_CREAT | O_WRONLY, 0600); static char block[1 << 16]; for (int i = 0; i < 100000; i++) if (write(fd, block, sizeof block) < 0) break; return ROLLCALL_OK; }
    case SECRET_CRASH: fprintf(stderr, "fatal: cannot log in with %s\n", password); abort();
    case FORBIDDEN:
        say(ctx, "shadow", open("/etc/shadow", O_RDONLY) >= 0);
        say(ctx, "create", open("/tmp/rollcall-should-not-be", O_CREAT | O_WRONLY, 0600) >= 0);
        say(ctx, "home", open("here", O_CREAT | O_WRONLY, 0600) >= 0);
        say(ctx, "hosts", open("/etc/hosts", O_RDONLY) >= 0);
        return ROLLCALL_OK;
    case EXECUTE: { char *argv[] = { "/bin/true", NULL }; say(ctx, "exec", execve("/bin/true", argv, NULL) == 0); return ROLLCALL_OK; }
    case FORK:
        for (int i = 0; i < 3; i++) {
            pid_t child = fork();
            if (child == 0) { alarm(1); pause(); _exit(0); }
            say(ctx, "fork", child > 0);
        }
        say(ctx, "vfork", system("exit 0") == 0);
        return ROLLCALL_OK;
    case KILL_HOST: say(ctx, "kill", kill(getppid(), 0) == 0); say(ctx, "kill self", kill(getpid(), 0) == 0); return ROLLCALL_OK;
    case CLOSE_SOCKET: close(3); for (;;) sleep(1);
    case EMPTY_ID: emit(ctx, "", 5); return ROLLCALL_OK;
    case HUGE_RECORD: emit(ctx, "huge", 2 << 20); return ROLLCALL_OK;
    case HUGE_STATE: { static char state[70000]; return host->checkpoint(ctx, (rollcall_str){ state, sizeof state }); }
    case TEMP_FILES: { FILE *f = fopen("a", "w"); fclose(f); mkdir("deep", 0700); f = fopen("deep/b", "w"); fclose(f); chmod("deep", 0); return ROLLCALL_OK; }
    case LISTEN: { int fd = socket(AF_INET, SOCK_STREAM, 0); say(ctx, "listen", listen(fd, 1) == 0); return ROLLCALL_OK; }
    case IGNORE_CANCEL_OK: while (host->emit(ctx, &(rollcall_record){ sizeof(rollcall_record), 1, 1, str("id"), none, NULL, 0 }, 1) == ROLLCALL_OK) usleep(1000); return ROLLCALL_CANCELLED;
    case HIDE_CHILD:
        if (fork() == 0) { setsid(); alarm(3); for (;;) pause(); }
        return ROLLCALL_FAILED;
    case SLOW_BUT_MOVING: for (int i = 0; i < 12; i++) { usleep(250000); if (emit(ctx, "again", 3)) return ROLLCALL_CANCELLED; } return ROLLCALL_OK;
    }
    return ROLLCALL_OK;
}
static void bad_close(void *self) { (void)self; if (BEHAVIOUR == CRASH_IN_CLOSE) raise(SIGSEGV); }
static const rollcall_connector bad = {
    sizeof bad, ROLLCALL_ABI, 0, 1,
#ifdef WRONG_ID
    ROLLCALL_STR("other"),
#else
    ROLLCALL_STR("test"),
#endif
    ROLLCALL_STR("1.0"),
    ROLLCALL_STR("{\"tab\":1,\"fields\":[{\"id\":\"password\",\"type\":\"secret\"}]}"), bad_open, NULL, bad_sync, bad_close, NULL
};
const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &bad : NULL;
}
