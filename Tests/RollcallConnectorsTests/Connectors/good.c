/* A connector that does all that it may, the way it should be done. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rollcall_connector.h"
#include "rollcall_network.h"

static const rollcall_host *host;
static const rollcall_str none;

static int same(rollcall_str a, const char *b) { return a.len == strlen(b) && !memcmp(a.data, b, a.len); }
static rollcall_str str(const char *s) { return (rollcall_str){ s, strlen(s) }; }

struct instance { char path[512], count[32], password[256]; };

static rollcall_status good_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    struct instance *i = calloc(1, sizeof *i);
    (void)ctx;
    for (size_t k = 0; k < n; k++) {
        char *to = same(s[k].name, "path") ? i->path : same(s[k].name, "count") ? i->count
                   : same(s[k].name, "password") ? i->password : NULL;
        if (to && s[k].value.len < 200) memcpy(to, s[k].value.data, s[k].value.len);
    }
    *self = i;
    return ROLLCALL_OK;
}
static rollcall_status good_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    struct instance *i = self;
    int count = i->count[0] ? atoi(i->count) : 3;
    rollcall_status st = ROLLCALL_OK;
    if (request->mode == ROLLCALL_DELTA && !same(request->state, "good:3")) return ROLLCALL_NEED_FULL;
    if (request->mode == ROLLCALL_DELTA) count = 0;
    for (int k = 0; k < count && st == ROLLCALL_OK; k++) {
        char id[32], mail[64];
        snprintf(id, sizeof id, "id-%d", k);
        snprintf(mail, sizeof mail, "user%d@example.com", k);
        rollcall_pair attributes[] = { { ROLLCALL_STR("mail"), str(mail) }, { ROLLCALL_STR("displayName"), ROLLCALL_STR("A B") } };
        rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, str(id), none, attributes, 2 };
        st = host->emit(ctx, &r, 1);
    }
    host->progress(ctx, (uint64_t)count, (uint64_t)count);
    if (st == ROLLCALL_OK) st = host->checkpoint(ctx, (rollcall_str)ROLLCALL_STR("good:3"));
    return st;
}
static rollcall_status good_call(void *self, rollcall_ctx *ctx, rollcall_str method, const rollcall_pair *args, size_t n) {
    struct instance *i = self;
    if (same(method, "check")) {
        char tmp[64], cwd[256];
        rollcall_pair facts[] = { { ROLLCALL_STR("path"), str(i->path) }, { ROLLCALL_STR("home"), str(getenv("HOME")) },
            { ROLLCALL_STR("product"), host->product } };
        snprintf(tmp, sizeof tmp, "open %s", i->path);
        host->log(ctx, ROLLCALL_INFO, str(tmp));
        printf("printed\n");
        fflush(stdout);
        (void)cwd;
        if (i->path[0] && access(i->path, R_OK)) {
            host->problem(ctx, (rollcall_str)ROLLCALL_STR("path"), (rollcall_str)ROLLCALL_STR("The file cannot be read."), none);
            return ROLLCALL_BAD_SETTINGS;
        }
        return host->answer(ctx, facts, 3);
    }
    if (same(method, "save") && n == 1) return host->save(ctx, args[0].name, args[0].value);
    if (same(method, "wait") && n == 1) return host->wait(ctx, (uint64_t)atoi(args[0].value.data));
    if (same(method, "permits") && n == 1) {
        const rollcall_network *network = host->extension((rollcall_str)ROLLCALL_STR("network/1"));
        return network->permits(ctx, args[0].value);
    }
    if (same(method, "environment")) {
        extern char **environ;
        for (char **e = environ; *e; e++) { rollcall_pair p = { ROLLCALL_STR("env"), str(*e) }; host->answer(ctx, &p, 1); }
        for (int fd = 0; fd < 64; fd++) {
            char number[8];
            snprintf(number, sizeof number, "%d", fd);
            rollcall_pair p = { ROLLCALL_STR("fd"), str(number) };
            if (fcntl(fd, F_GETFD) >= 0) host->answer(ctx, &p, 1);
        }
        return ROLLCALL_OK;
    }
    if (same(method, "leak")) {
        char line[600];
        snprintf(line, sizeof line, "password is %s", i->password);
        host->log(ctx, ROLLCALL_WARN, str(line));
        fprintf(stderr, "stderr says %s\n", i->password);
        host->problem(ctx, none, str(line), str(line));
        return ROLLCALL_DENIED;
    }
    return ROLLCALL_UNSUPPORTED;
}
static const rollcall_connector good = {
    sizeof good, ROLLCALL_ABI, ROLLCALL_DELTAS, 1, ROLLCALL_STR("test"), ROLLCALL_STR("1.0"),
    ROLLCALL_STR("{\"tab\":1,\"fields\":[{\"id\":\"path\",\"type\":\"path\",\"posted\":true},"
                 "{\"id\":\"count\",\"type\":\"number\"},{\"id\":\"password\",\"type\":\"secret\"},"
                 "{\"id\":\"token\",\"type\":\"secret\",\"hidden\":true}]}"),
    good_open, good_call, good_sync, free, NULL
};
const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &good : NULL;
}
