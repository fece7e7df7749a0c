/* flood.c - emits as many records as the setting "count" says, ten attributes and about 400 bytes each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rollcall_connector.h"

enum { BATCH = 64 };
static const rollcall_host *host;

static rollcall_status flood_open(rollcall_ctx *ctx, const rollcall_pair *s, size_t n, void **self) {
    long *count = calloc(1, sizeof *count);
    char text[32] = { 0 };
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        if (s[i].value.len < sizeof text) memcpy(text, s[i].value.data, s[i].value.len);
    *count = atol(text);
    *self = count;
    return ROLLCALL_OK;
}
static rollcall_status flood_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    static char ids[BATCH][40], mails[BATCH][40];
    static rollcall_pair attrs[BATCH][10];
    rollcall_record records[BATCH];
    long count = *(long *)self;
    (void)request;
    for (long i = 0; i < count; i += BATCH) {
        long many = count - i < BATCH ? count - i : BATCH;
        for (long k = 0; k < many; k++) {
            memcpy(ids[k], "00000000-0000-0000-0000-000000000000", 36);
            for (long v = i + k, p = 35; v; v /= 10, p--) ids[k][p] = (char)('0' + v % 10);
            memcpy(mails[k], "0000000000.person@example.com", 29);
            memcpy(mails[k], ids[k] + 26, 10);
            rollcall_str mail = { mails[k], 29 }, filler = ROLLCALL_STR("a value of a length that is usual");
            attrs[k][0] = (rollcall_pair){ ROLLCALL_STR("mail"), mail };
            for (int a = 1; a < 10; a++) attrs[k][a] = (rollcall_pair){ ROLLCALL_STR("attribute"), filler };
            records[k] = (rollcall_record){ sizeof *records, ROLLCALL_PUT, ROLLCALL_USER, { ids[k], 36 }, { NULL, 0 }, attrs[k], 10 };
        }
        rollcall_status status = host->emit(ctx, records, (size_t)many);
        if (status) return status;
    }
    return ROLLCALL_OK;
}
static const rollcall_connector flood = {
    sizeof flood, ROLLCALL_ABI, 0, 1, ROLLCALL_STR("flood"), ROLLCALL_STR("1.0.0"), { NULL, 0 },
    flood_open, NULL, flood_sync, free, NULL
};
const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    return host = h, index == 0 ? &flood : NULL;
}
