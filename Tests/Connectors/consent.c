/* consent.c - a connector that wants consent by redirect, for tests of the host. The code "good" is worth a token and the
 * tenant "t1"; the verifier that begin asked to be kept must come back. It then knows one person. */
#include <stdlib.h>
#include <string.h>
#include "rollcall_connector.h"

static const rollcall_host *host;
static const rollcall_str none;

static rollcall_str text(const char *s) { return (rollcall_str){ s, strlen(s) }; }

static int same(rollcall_str a, const char *b) { return a.len == strlen(b) && memcmp(a.data, b, a.len) == 0; }

static rollcall_status consent_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    char *has_token = calloc(1, 1);
    (void)ctx;
    if (!has_token) return ROLLCALL_FAILED;
    for (size_t i = 0; i < n; i++)
        if (same(s[i].name, "token") && s[i].value.len) *has_token = 1;
    *self = has_token;
    return ROLLCALL_OK;
}

static rollcall_str argument(const rollcall_pair *a, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (same(a[i].name, name)) return a[i].value;
    return none;
}

static rollcall_status begin(rollcall_ctx *ctx, const rollcall_pair *a, size_t n) {
    static char url[1024] = "https://login.example/authorize?state=";
    rollcall_str state = argument(a, n, "state");
    size_t start = strlen(url);
    if (!state.len || start + state.len >= sizeof url) return ROLLCALL_FAILED;
    memcpy(url + start, state.data, state.len);
    rollcall_pair answers[] = { { text("url"), text(url) }, { text("keep.verifier"), text("v1") } };
    return host->answer(ctx, answers, 2);
}

static rollcall_status finish(rollcall_ctx *ctx, const rollcall_pair *a, size_t n) {
    if (!same(argument(a, n, "keep.verifier"), "v1")) return ROLLCALL_FAILED;
    if (!same(argument(a, n, "query.code"), "good")) {
        host->problem(ctx, none, text("The consent was refused."), none);
        return ROLLCALL_DENIED;
    }
    rollcall_status st = host->save(ctx, text("token"), text("t0ken-of-the-test"));
    return st == ROLLCALL_OK ? host->save(ctx, text("tenant"), text("t1")) : st;
}

static rollcall_status consent_call(void *self, rollcall_ctx *ctx, rollcall_str method, const rollcall_pair *a, size_t n) {
    (void)self;
    if (same(method, "consent.begin")) return begin(ctx, a, n);
    if (same(method, "consent.finish")) return finish(ctx, a, n);
    return ROLLCALL_UNSUPPORTED;
}

static rollcall_status consent_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    (void)request;
    if (!*(char *)self) {
        host->problem(ctx, none, text("Nobody has granted consent yet."), none);
        return ROLLCALL_NEED_CONSENT;
    }
    rollcall_pair mail = { text("mail"), text("ann@example.com") };
    rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, text("1"), none, &mail, 1 };
    return host->emit(ctx, &r, 1);
}

static const rollcall_connector consent = {
    sizeof consent, ROLLCALL_ABI, 0, 1, ROLLCALL_STR("consent"), ROLLCALL_STR("1.0.0"),
    ROLLCALL_STR("{\"tab\":1,\"title\":\"Consent Sync\",\"sections\":[{\"id\":\"main\",\"label\":\"Main\",\"fields\":["
                 "{\"id\":\"token\",\"type\":\"secret\",\"label\":\"Token\",\"hidden\":true},"
                 "{\"id\":\"tenant\",\"type\":\"text\",\"label\":\"Tenant\"}]}],"
                 "\"consent\":{\"kind\":\"redirect\",\"label\":\"Grant access\",\"saves\":[\"tenant\"]}}"),
    consent_open, consent_call, consent_sync, free, NULL
};

const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &consent : NULL;
}
