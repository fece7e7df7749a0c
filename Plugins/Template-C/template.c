/* SPDX-License-Identifier: 0BSD
 *
 * template.c - a whole connector in plain C11: people from a file of "id,mail,display name" lines.
 *
 * Copy this folder, change the id, the version, the tab and template_sync(), and keep the id for ever: it is what the
 * sources that people set up are tied to. `rollcall connector check FILE` says what is still wrong with it. Five things
 * are worth keeping as they are here:
 *
 *   - what is kept of the settings is copied, since their memory is gone when open() has returned;
 *   - OK is only returned when everything was read: a short read that says OK deletes people's addresses;
 *   - each failure says what a person can do about it, and names the field at fault;
 *   - whatever emit() returns is passed on, so that a cancel ends the sync at once;
 *   - no address is judged here: the host leaves out what is none, and says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rollcall_connector.h"

enum { BATCH = 256, LINE = 1024 };

typedef struct settings {
    char path[4096];
} settings;

static const rollcall_host *host;

static const rollcall_str none, field_path = ROLLCALL_STR("path"), method_check = ROLLCALL_STR("check");
static const rollcall_str name_mail = ROLLCALL_STR("mail"), name_display = ROLLCALL_STR("displayName");

static rollcall_str text(const char *s) { return (rollcall_str){ s, strlen(s) }; }

static int same(rollcall_str a, rollcall_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Says why, and returns the status: `return fail(...)`. */
static rollcall_status fail(rollcall_ctx *ctx, rollcall_status status, rollcall_str field, const char *why,
                            const char *detail) {
    host->problem(ctx, field, text(why), text(detail));
    return status;
}

/* ---- The instance ---------------------------------------------------------------------------- */

static rollcall_status template_open(rollcall_ctx *ctx, const rollcall_pair *pairs, size_t count, void **self) {
    settings *mine = calloc(1, sizeof *mine);
    if (!mine) return fail(ctx, ROLLCALL_FAILED, none, "There is no memory.", "");
    for (size_t i = 0; i < count; i++) {
        if (!same(pairs[i].name, field_path)) continue; /* unknown settings are ignored */
        const rollcall_str path = pairs[i].value;
        if (path.len >= sizeof mine->path || (path.len && memchr(path.data, 0, path.len))) {
            free(mine);
            return fail(ctx, ROLLCALL_BAD_SETTINGS, field_path, "The path is no usable path.", "");
        }
        if (path.len) memcpy(mine->path, path.data, path.len);
    }
    *self = mine;
    return ROLLCALL_OK;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Lines of a batch, and the records that point into them: lent to emit(), which copies. */
typedef struct batch {
    char            lines[BATCH][LINE];
    rollcall_pair   attrs[BATCH][2];
    rollcall_record records[BATCH];
    size_t          count;
} batch;

/* The next field of a line. */
static rollcall_str cut(char **rest) {
    rollcall_str field = { *rest, strcspn(*rest, ",\r\n") };
    *rest += field.len + ((*rest)[field.len] == ',');
    return field;
}

static rollcall_status flush(rollcall_ctx *ctx, batch *b) {
    size_t count = b->count;
    b->count = 0;
    return count ? host->emit(ctx, b->records, count) : ROLLCALL_OK;
}

/* Reads the file; emits unless `only_check`. */
static rollcall_status read_file(rollcall_ctx *ctx, FILE *file, batch *b, int only_check, size_t *people) {
    char why[128];
    for (size_t number = 1; fgets(b->lines[b->count], LINE, file); number++) {
        char *rest = b->lines[b->count];
        if (!strpbrk(rest, "\n") && !feof(file)) {
            snprintf(why, sizeof why, "Line %zu is too long.", number);
            return fail(ctx, ROLLCALL_FAILED, field_path, why, "");
        }
        rollcall_str id = cut(&rest), mail = cut(&rest), name = cut(&rest);
        if (id.len == 0 && mail.len == 0) continue; /* an empty line */
        if (id.len == 0 || mail.len == 0) {
            snprintf(why, sizeof why, "Line %zu has no id or no address.", number);
            return fail(ctx, ROLLCALL_FAILED, field_path, why, "");
        }
        rollcall_pair *attrs = b->attrs[b->count];
        attrs[0] = (rollcall_pair){ name_mail, mail };
        attrs[1] = (rollcall_pair){ name_display, name };
        b->records[b->count] = (rollcall_record){
            sizeof(rollcall_record), ROLLCALL_PUT, ROLLCALL_USER, id, none, attrs, name.len ? 2 : 1
        };
        ++*people;
        if (only_check) continue;
        if (++b->count == BATCH) {
            rollcall_status status = flush(ctx, b);
            if (status != ROLLCALL_OK) return status;
        }
    }
    if (ferror(file)) return fail(ctx, ROLLCALL_UNAVAILABLE, none, "The file could not be read to its end.", "");
    return flush(ctx, b);
}

static rollcall_status read_all(settings *mine, rollcall_ctx *ctx, int only_check, size_t *people) {
    rollcall_status status = ROLLCALL_FAILED;
    FILE *file = fopen(mine->path, "r");
    batch *b = malloc(sizeof *b);
    if (b) b->count = 0;
    if (!file) status = fail(ctx, ROLLCALL_BAD_SETTINGS, field_path, "The file cannot be opened.", mine->path);
    else if (!b) status = fail(ctx, ROLLCALL_FAILED, none, "There is no memory.", "");
    else status = read_file(ctx, file, b, only_check, people);
    free(b);
    if (file) fclose(file);
    return status;
}

/* FULL is all that this connector can do (its flags are 0), and its files need no state. */
static rollcall_status template_sync(void *self, rollcall_ctx *ctx, const rollcall_request *request) {
    size_t people = 0;
    if (request->mode != ROLLCALL_FULL) return ROLLCALL_UNSUPPORTED;
    return read_all(self, ctx, 0, &people);
}

static rollcall_status template_call(void *self, rollcall_ctx *ctx, rollcall_str method, const rollcall_pair *args,
                                     size_t count) {
    static const rollcall_str fact = ROLLCALL_STR("people");
    size_t people = 0;
    char number[32];
    (void)args, (void)count;
    if (!same(method, method_check)) return ROLLCALL_UNSUPPORTED;
    rollcall_status status = read_all(self, ctx, 1, &people);
    if (status != ROLLCALL_OK) return status;
    snprintf(number, sizeof number, "%zu", people);
    return host->answer(ctx, &(rollcall_pair){ fact, text(number) }, 1);
}

/* ---- The table, and the one export ------------------------------------------------------------ */

static const rollcall_connector connector = {
    sizeof connector, ROLLCALL_ABI, 0, 1, ROLLCALL_STR("org.example.template"), ROLLCALL_STR("1.0.0"),
    ROLLCALL_STR("{\"tab\":1,\"title\":\"Template Sync\",\"sections\":[{\"id\":\"file\",\"label\":\"File\",\"fields\":["
                 "{\"id\":\"path\",\"type\":\"path\",\"label\":\"Path\",\"required\":true}]}]}"),
    template_open, template_call, template_sync, free, NULL
};

const rollcall_connector *rollcall_connector_v1(const rollcall_host *h, uint32_t index) {
    host = h;
    return index == 0 ? &connector : NULL;
}
