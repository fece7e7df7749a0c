/* A connector that keeps all rules but the one that is named by -D. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rollcall_connector.h"

static const rollcall_host *host;
static const rollcall_str none;
static const char *kept;
static char secret[256];
static int runs;
static rollcall_ctx *late;
static rollcall_str str(const char *s) { return (rollcall_str){ s, strlen(s) }; }

#ifdef EXPORTS
__attribute__((visibility("default"))) int helper(void) { return 1; }
#endif
static void *later(void *unused) { usleep(100000); host->answer(late, NULL, 0); return unused; }
static rollcall_status put(rollcall_ctx *ctx, const char *id, rollcall_str mail) {
    rollcall_pair pair = { ROLLCALL_STR("mail"), mail };
    rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, str(id), none, &pair, 1 };
    return host->emit(ctx, &r, 1);
}
static rollcall_status sin_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    static int instance;
#ifdef KEEPS_POINTER
    kept = (const char *)s;
#endif
    for (size_t i = 0; i < n; i++)
        if (s[i].name.len == 8 && s[i].value.len < sizeof secret) memcpy(secret, s[i].value.data, s[i].value.len);
#ifdef LEAK
    static char *volatile leaked;
    leaked = malloc(16384);
    memset(leaked, 1, 16384);
#endif
    *self = &instance;
    (void)ctx;
    return ROLLCALL_OK;
}
static rollcall_status sin_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    char id[32];
    rollcall_status st = ROLLCALL_OK;
    int start = 0;
    (void)self;
    if (request->mode != ROLLCALL_FULL && request->mode != ROLLCALL_DELTA) return ROLLCALL_FAILED;
#ifdef EXIT
    exit(0);
#endif
#ifndef FOREIGN_OK
    if (request->mode == ROLLCALL_DELTA && (request->state.len != 1)) return ROLLCALL_NEED_FULL;
#endif
    if (request->state.len == 1) start = request->state.data[0];
    runs++;
#ifdef EMPTY_ID
    put(ctx, "", none);
#endif
#ifdef DEAF
    if (runs) for (int i = 0; i < 2000; i++) usleep(10000);
#endif
#ifdef SECRET
    host->log(ctx, ROLLCALL_DEBUG, str(secret));
#endif
    for (int i = start; i < 10; i++) {
        char state = (char)(i + 1);
#ifdef OTHER_IDS
        snprintf(id, sizeof id, "%d-%d", runs, i);
#else
        snprintf(id, sizeof id, "%d", i);
#endif
#ifdef EARLY_CHECKPOINT
        if (host->checkpoint(ctx, (rollcall_str){ &state, 1 })) return ROLLCALL_CANCELLED;
#endif
        st = put(ctx, id, str("a@example.com"));
#ifdef GOES_ON
        st = ROLLCALL_OK;
#endif
#ifdef SAYS_OK
        if (st) return ROLLCALL_OK;
#endif
        if (st) return st;
#ifndef GOES_ON
        if (host->checkpoint(ctx, (rollcall_str){ &state, 1 })) return ROLLCALL_CANCELLED;
#endif
    }
#ifdef THREAD
    pthread_t t;
    late = ctx;
    pthread_create(&t, NULL, later, NULL);
#endif
    return ROLLCALL_OK;
}
static rollcall_status sin_call(void *self, rollcall_ctx *ctx, rollcall_str method, const rollcall_pair *args, size_t n) {
    (void)self, (void)args, (void)n;
    if (method.len == 5) {
#ifdef FIELD
        host->problem(ctx, str("nonsense"), str("No."), none);
        return ROLLCALL_BAD_SETTINGS;
#endif
        return ROLLCALL_OK;
    }
#ifdef UNKNOWN_OK
    return ROLLCALL_OK;
#endif
    return ROLLCALL_UNSUPPORTED;
}
static void sin_close(void *self) { (void)self; if (kept) printf("%c", *kept); }
static const rollcall_connector sinner = {
    sizeof sinner, ROLLCALL_ABI, ROLLCALL_DELTAS | ROLLCALL_RESUMES, 1, ROLLCALL_STR("test"), ROLLCALL_STR("1.0"),
#ifdef TAB
    ROLLCALL_STR("{\"tab\":1,\"fields\":[{\"id\":\"password\"}]}"),
#else
    ROLLCALL_STR("{\"tab\":1,\"fields\":[{\"id\":\"password\",\"type\":\"secret\"}]}"),
#endif
    sin_open, sin_call, sin_sync, sin_close, NULL
};
const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
#ifdef SLOW_ENTRY
    usleep(200000);
#endif
    return host = h, index == 0 ? &sinner : NULL;
}
