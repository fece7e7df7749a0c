/* script.c - a connector that does what a file tells it, for tests of the host.
 *
 * The setting "script" names a folder. A FULL does the lines of its file "full", a DELTA those of "delta" (where there
 * is none: NEED_FULL), a resumed FULL those of "resume". A line is words parted by tabs:
 *
 *   put|patch KIND ID [NAME=VALUE]…    delete KIND ID    edge|unedge GROUP MEMBER [MAIL]
 *   checkpoint STATE    problem FIELD TEXT    wait MILLISECONDS    save FIELD VALUE    sleep MILLISECONDS
 *   return STATUS       crash    exit    mode (emits the state as an object, to be seen from outside)
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rollcall_connector.h"

#define MAXIMUM 64

static const rollcall_host *host;

static rollcall_str text(const char *s) { return (rollcall_str){ s, strlen(s) }; }

static int same(rollcall_str a, const char *b) { return a.len == strlen(b) && memcmp(a.data, b, a.len) == 0; }

static uint16_t kind_of(const char *word) {
    static const char *names[] = { "user", "group", "contact", "resource", "membership" };
    for (uint16_t i = 0; i < 5; i++)
        if (!strcmp(names[i], word)) return (uint16_t)(i + 1);
    return (uint16_t)atoi(word);
}

static rollcall_status script_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    char *folder = calloc(1, 4096);
    (void)ctx;
    if (!folder) return ROLLCALL_FAILED;
    for (size_t i = 0; i < n; i++)
        if (same(s[i].name, "script") && s[i].value.len < 4000) memcpy(folder, s[i].value.data, s[i].value.len);
    *self = folder;
    return ROLLCALL_OK;
}

static rollcall_status emit(rollcall_ctx *ctx, uint16_t op, uint16_t kind, const char *id, const char *peer,
                            char **words, int count) {
    rollcall_pair pairs[MAXIMUM];
    for (int i = 0; i < count; i++) {
        char *equals = strchr(words[i], '=');
        if (equals) *equals = 0;
        pairs[i].name = text(words[i]);
        pairs[i].value = text(equals ? equals + 1 : "");
    }
    rollcall_record r = { sizeof r, op, kind, text(id), text(peer), pairs, (size_t)count };
    return host->emit(ctx, &r, 1);
}

static rollcall_status line(rollcall_ctx *ctx, char **w, int n, rollcall_str state, int *is_over) {
    if (!strcmp(w[0], "put") && n > 2) return emit(ctx, ROLLCALL_PUT, kind_of(w[1]), w[2], "", w + 3, n - 3);
    if (!strcmp(w[0], "patch") && n > 2) return emit(ctx, ROLLCALL_PATCH, kind_of(w[1]), w[2], "", w + 3, n - 3);
    if (!strcmp(w[0], "delete") && n > 2) return emit(ctx, ROLLCALL_DELETE, kind_of(w[1]), w[2], "", w, 0);
    if (!strcmp(w[0], "edge") && n > 2) return emit(ctx, ROLLCALL_PUT, ROLLCALL_MEMBERSHIP, w[1], w[2], w + 3, n - 3);
    if (!strcmp(w[0], "unedge") && n > 2) return emit(ctx, ROLLCALL_DELETE, ROLLCALL_MEMBERSHIP, w[1], w[2], w, 0);
    if (!strcmp(w[0], "checkpoint") && n > 1) return host->checkpoint(ctx, text(w[1]));
    if (!strcmp(w[0], "save") && n > 2) return host->save(ctx, text(w[1]), text(w[2]));
    if (!strcmp(w[0], "wait") && n > 1) return host->wait(ctx, (uint64_t)atoi(w[1]));
    if (!strcmp(w[0], "problem") && n > 2) host->problem(ctx, text(w[1]), text(w[2]), text(""));
    if (!strcmp(w[0], "sleep") && n > 1) {
        for (int i = atoi(w[1]) / 20; i > 0 && host->cancelled(ctx) == ROLLCALL_OK; i--) usleep(20000);
        return host->cancelled(ctx);
    }
    if (!strcmp(w[0], "crash")) abort();
    if (!strcmp(w[0], "exit")) exit(0);
    if (!strcmp(w[0], "mode")) {
        rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, text("state"), text(""), NULL, 0 };
        rollcall_pair pair = { text("mail"), state };
        if (state.len) r.attrs = &pair, r.attr_count = 1;
        return host->emit(ctx, &r, 1);
    }
    if (!strcmp(w[0], "return") && n > 1) {
        *is_over = 1;
        return atoi(w[1]);
    }
    return ROLLCALL_OK;
}

static rollcall_status script_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    char path[4200], buffer[65536];
    const char *name = request->mode == ROLLCALL_DELTA ? "delta" : request->state.len ? "resume" : "full";
    rollcall_status st = ROLLCALL_OK;
    int is_over = 0;
    snprintf(path, sizeof path, "%s/%s", (char *)self, name);
    FILE *f = fopen(path, "r");
    if (!f) {
        if (request->mode == ROLLCALL_DELTA) return ROLLCALL_NEED_FULL;
        host->problem(ctx, text("script"), text("There is no such script."), text(path));
        return ROLLCALL_BAD_SETTINGS;
    }
    while (st == ROLLCALL_OK && !is_over && fgets(buffer, sizeof buffer, f)) {
        char *words[MAXIMUM];
        int n = 0;
        buffer[strcspn(buffer, "\n")] = 0;
        for (char *w = strtok(buffer, "\t"); w && n < MAXIMUM; w = strtok(NULL, "\t")) words[n++] = w;
        if (n) st = line(ctx, words, n, request->state, &is_over);
    }
    fclose(f);
    return st;
}

static rollcall_status script_call(void *self, rollcall_ctx *ctx, rollcall_str method, const rollcall_pair *a, size_t n) {
    rollcall_pair fact = { text("folder"), text(self) };
    (void)a, (void)n;
    return same(method, "check") ? host->answer(ctx, &fact, 1) : ROLLCALL_UNSUPPORTED;
}

static const rollcall_connector script = {
    sizeof script, ROLLCALL_ABI, ROLLCALL_DELTAS | ROLLCALL_RESUMES, 1, ROLLCALL_STR("script"), ROLLCALL_STR("1.0.0"),
    ROLLCALL_STR("{\"tab\":1,\"title\":\"Script Sync\",\"sections\":[{\"id\":\"main\",\"label\":\"Script\",\"fields\":["
                 "{\"id\":\"script\",\"type\":\"path\",\"label\":\"Folder\",\"required\":true},"
                 "{\"id\":\"token\",\"type\":\"secret\",\"label\":\"Token\"},"
                 "{\"id\":\"learned\",\"type\":\"text\",\"label\":\"Learned\"}]}]}"),
    script_open, script_call, script_sync, free, NULL
};

const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &script : NULL;
}
