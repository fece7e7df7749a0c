/* leaky.c - a connector that says its secrets wherever it can, in several encodings, for tests of redaction.
 *
 * The setting "way" says how a sync ends: "ok", "fail", "crash".
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rollcall_connector.h"

static const rollcall_host *host;
static char secret[2][4096], way[32];

static rollcall_str text(const char *s) { return (rollcall_str){ s, strlen(s) }; }

static int same(rollcall_str a, const char *b) { return a.len == strlen(b) && memcmp(a.data, b, a.len) == 0; }

static void copy(char *to, size_t size, rollcall_str from) {
    size_t n = from.len < size - 1 ? from.len : size - 1;
    memcpy(to, from.data, n);
    to[n] = 0;
}

static void base64(const char *prefix, const char *s, char *out) {
    static const char a[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char in[8300];
    size_t n = (size_t)snprintf(in, sizeof in, "%s%s", prefix, s), o = 0;
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)(unsigned char)in[i] << 16;
        if (i + 1 < n) v |= (unsigned)(unsigned char)in[i + 1] << 8;
        if (i + 2 < n) v |= (unsigned char)in[i + 2];
        out[o++] = a[v >> 18 & 63], out[o++] = a[v >> 12 & 63];
        out[o++] = i + 1 < n ? a[v >> 6 & 63] : '=', out[o++] = i + 2 < n ? a[v & 63] : '=';
    }
    out[o] = 0;
}

static void hex(const char *before, const char *s, char *out) {
    for (; *s; s++) out += sprintf(out, "%s%02X", before, (unsigned char)*s);
}

/* Into everything that the host takes words by, and to standard error in pieces. */
static void leak(rollcall_ctx *ctx) {
    static char form[6][33000];
    for (int i = 0; i < 2; i++) {
        snprintf(form[0], sizeof form[0], "%s", secret[i]);
        base64("", secret[i], form[1]);
        base64("u", secret[i], form[2]);
        base64("me", secret[i], form[3]);
        hex("", secret[i], form[4]);
        hex("%", secret[i], form[5]);
        for (int f = 0; f < 6; f++) {
            for (int level = 0; level < 4; level++) host->log(ctx, level, text(form[f]));
            host->problem(ctx, text("way"), text(form[f]), text(form[f]));
            for (char *c = form[f]; *c; c++) {
                if (write(2, c, 1) != 1) abort();
                if ((c - form[f]) % 17 == 16) usleep(300);
            }
            fprintf(stdout, "\n%s\n", form[f]);
            fflush(stdout);
        }
    }
    if (write(2, "\n", 1) != 1) abort();
}

static rollcall_status leaky_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        if (same(s[i].name, "first")) copy(secret[0], sizeof secret[0], s[i].value);
        if (same(s[i].name, "second")) copy(secret[1], sizeof secret[1], s[i].value);
        if (same(s[i].name, "way")) copy(way, sizeof way, s[i].value);
    }
    *self = secret;
    return ROLLCALL_OK;
}

static rollcall_status leaky_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    (void)self, (void)request;
    leak(ctx);
    if (!strcmp(way, "crash")) abort();
    if (!strcmp(way, "fail")) return ROLLCALL_FAILED;
    rollcall_pair pair = { text("mail"), text("a@leaky.example") };
    rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, text("1"), text(""), &pair, 1 };
    return host->emit(ctx, &r, 1);
}

static rollcall_status leaky_call(void *self, rollcall_ctx *ctx, rollcall_str method, const rollcall_pair *a, size_t n) {
    rollcall_pair facts[] = { { text("first"), text(secret[0]) }, { text("second"), text(secret[1]) } };
    (void)self, (void)a, (void)n;
    if (!same(method, "check")) return ROLLCALL_UNSUPPORTED;
    leak(ctx);
    return host->answer(ctx, facts, 2);
}

static const rollcall_connector leaky = {
    sizeof leaky, ROLLCALL_ABI, 0, 1, ROLLCALL_STR("leaky"), ROLLCALL_STR("1.0.0"),
    ROLLCALL_STR("{\"tab\":1,\"title\":\"Leaky Sync\",\"sections\":[{\"id\":\"main\",\"label\":\"Leaky\",\"fields\":["
                 "{\"id\":\"way\",\"type\":\"text\",\"label\":\"Way\"},"
                 "{\"id\":\"first\",\"type\":\"secret\",\"label\":\"First\"},"
                 "{\"id\":\"second\",\"type\":\"secret\",\"label\":\"Second\"}]}]}"),
    leaky_open, leaky_call, leaky_sync, NULL, NULL
};

const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &leaky : NULL;
}
