/* csv.c - a whole connector: people from a file of "id,mail,display name" lines.
 * cc -std=c11 -O2 -fPIC -shared -fvisibility=hidden -o csv.so csv.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rollcall_connector.h"

static const rollcall_host *host;
static const rollcall_str none, k_path = ROLLCALL_STR("path"), m_check = ROLLCALL_STR("check");
static const rollcall_str k_mail = ROLLCALL_STR("mail"), k_name = ROLLCALL_STR("displayName");

static int same(rollcall_str a, rollcall_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
static rollcall_str cut(char **rest) { /* the next field of a line */
    rollcall_str s = { *rest, strcspn(*rest, ",\r\n") };
    *rest += s.len + ((*rest)[s.len] != '\0');
    return s;
}
static rollcall_status csv_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    char *path = calloc(1, 4096);
    (void)ctx;
    if (!path) return ROLLCALL_FAILED;
    for (size_t i = 0; i < n; i++)
        if (same(s[i].name, k_path) && s[i].value.len && s[i].value.len < 4096)
            memcpy(path, s[i].value.data, s[i].value.len);
    *self = path;
    return ROLLCALL_OK;
}
static rollcall_status csv_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    static const rollcall_str text = ROLLCALL_STR("The file cannot be opened.");
    char line[1024], *rest;
    rollcall_status st = ROLLCALL_OK;
    FILE *f = fopen(self, "r");
    if (!f) {
        host->problem(ctx, k_path, text, (rollcall_str){ self, strlen(self) });
        return ROLLCALL_BAD_SETTINGS;
    }
    while (request && st == ROLLCALL_OK && fgets(rest = line, sizeof line, f)) {
        rollcall_str id = cut(&rest), mail = cut(&rest), name = cut(&rest);
        rollcall_pair attrs[] = { { k_mail, mail }, { k_name, name } };
        rollcall_record r = { sizeof r, ROLLCALL_PUT, ROLLCALL_USER, id, none, attrs, 2 };
        if (id.len && mail.len) st = host->emit(ctx, &r, 1);
    }
    fclose(f);
    return st;
}
static rollcall_status csv_call(void *self, rollcall_ctx *ctx, rollcall_str method,
                                const rollcall_pair *args, size_t count) {
    (void)args, (void)count;
    return same(method, m_check) ? csv_sync(self, ctx, NULL) : ROLLCALL_UNSUPPORTED;
}
static const rollcall_connector csv = {
    sizeof csv, ROLLCALL_ABI, 0, 1, ROLLCALL_STR("org.example.csv"), ROLLCALL_STR("1.0.0"),
    ROLLCALL_STR("{\"tab\":1,\"fields\":[{\"id\":\"path\",\"type\":\"path\",\"required\":true}]}"),
    csv_open, csv_call, csv_sync, free, NULL
};
const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &csv : NULL;
}
