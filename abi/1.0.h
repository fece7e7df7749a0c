/* rollcall_connector.h - the C interface between Rollcall and a directory connector. Version 1.0.
 *
 * A connector is a shared library that can read one kind of directory: a Microsoft 365 tenant, an
 * LDAP server, a CSV file. It exports one function, rollcall_connector_v1(), links nothing of
 * Rollcall's, and may be written in any language that can speak C. It says what its Sync tab looks
 * like, and it reads. Rollcall draws the tab, keeps the secrets, picks the moment, stores what was
 * read, and tells the administrator.
 *
 * Five rules hold throughout.
 *
 *  BORROW   A pointer passed in a call is good until that call returns; copy what you keep. Nobody
 *           ever frees the other side's memory. Only three things outlive a call: the host table,
 *           the connector table with all it points at (both for the life of the process, since no
 *           library is ever unloaded), and your own `self`.
 *  TEXT     Strings are UTF-8 with a length and no terminator. {NULL, 0} is the empty string.
 *  THREADS  Rollcall calls the functions of one `self` one at a time, always from the same thread.
 *           Host functions marked [any] may be called from any thread. Those marked [in call] may
 *           too, but not two at once, and only before the call that brought the ctx has returned.
 *  GROWTH   Structs grow at their end and never change otherwise. `struct_size` is sizeof the
 *           struct as its maker knew it: ask ROLLCALL_HAS() before reading a field newer than 1.0.
 *           A zero means "not given". Meet an unknown method with ROLLCALL_UNSUPPORTED; ignore an
 *           unknown argument, setting or flag.
 *  MANNERS  No exception, panic or longjmp crosses this line. The library lives in a worker
 *           process of its own, so a crash costs one sync and not the server. Don't fork, exit or
 *           change directory, and expect to be killed between any two instructions.
 *
 * History
 *  1.0      The draft, and two additions that its first connector asked for. ROLLCALL_PROBES: a file
 *           or feed has no deltas, but can tell cheaply that it has not changed (an ETag, a hash);
 *           without the flag its NEED_FULL after each change would look like a state that keeps
 *           dying. And a member that is no object of the directory: a file's lists name outsiders
 *           by address, which has no id to point at.
 */
#ifndef ROLLCALL_CONNECTOR_H
#define ROLLCALL_CONNECTOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ROLLCALL_ABI 0x00010000u /* major << 16 | minor; the major is also in the entry's name */

/* Does *p, a T, reach as far as its field f? */
#define ROLLCALL_HAS(T, p, f) ((p)->struct_size >= offsetof(T, f) + sizeof(((const T *)0)->f))

/* A rollcall_str initialiser from a string literal, good for statics too. */
#define ROLLCALL_STR(literal) { (literal), sizeof(literal) - 1 }

typedef struct rollcall_str {
    const char *data;
    size_t      len;
} rollcall_str;

/* Everything travels as name/value pairs: settings, arguments, answers, the attributes of a record.
 * A name may repeat, its values then being a list in order. Booleans are "true" and "false",
 * numbers decimal, times RFC 3339. */
typedef struct rollcall_pair {
    rollcall_str name;
    rollcall_str value;
} rollcall_pair;

/* What a function returns. Zero is success; treat an unknown value as ROLLCALL_FAILED. For all but
 * OK and CANCELLED, say why first, with host->problem(). */
typedef int32_t rollcall_status;
enum {
    ROLLCALL_OK           = 0,
    ROLLCALL_FAILED       = 1, /* anything not below, bugs included */
    ROLLCALL_CANCELLED    = 2, /* the host asked to stop, and it stopped */
    ROLLCALL_BAD_SETTINGS = 3, /* a person must change the form */
    ROLLCALL_NEED_CONSENT = 4, /* a person must sign in or grant consent (again) */
    ROLLCALL_DENIED       = 5, /* signed in, but not allowed to read what it takes */
    ROLLCALL_UNAVAILABLE  = 6, /* network, throttling, maintenance: the same call may work later */
    ROLLCALL_NEED_FULL    = 7, /* the state is too old or foreign: start a full sync instead */
    ROLLCALL_UNSUPPORTED  = 8  /* no such method, or the host is too old */
};

/* ---- Records --------------------------------------------------------------------------------- */

enum { /* rollcall_record.op */
    ROLLCALL_PUT    = 1, /* the whole object: attributes not listed are gone */
    ROLLCALL_PATCH  = 2, /* only what changed: the values listed replace all values of that name,
                            and a name whose only value is empty is removed */
    ROLLCALL_DELETE = 3  /* a tombstone; no attributes */
};
enum { /* rollcall_record.kind; hosts skip, and count, kinds they do not know */
    ROLLCALL_USER       = 1, /* a person's or a shared mailbox */
    ROLLCALL_GROUP      = 2, /* a distribution or security group, without its members */
    ROLLCALL_CONTACT    = 3, /* an address outside the directory */
    ROLLCALL_RESOURCE   = 4, /* a room or a piece of equipment */
    ROLLCALL_MEMBERSHIP = 5  /* "peer is in id"; PUT or DELETE. A stream of edges, so that a group
                                of 200,000 never has to fit in one record */
};

/* One change, of at most 1 MiB. Attribute names are those of the Rollcall vocabulary (mail, alias,
 * displayName, enabled, ...) or any other; one ending in ";binary" has bytes for a value. */
typedef struct rollcall_record {
    uint32_t             struct_size; /* the stride, too, when records come as an array */
    uint16_t             op;
    uint16_t             kind;
    rollcall_str         id;   /* stable for the object's life: a GUID, not an address or a DN */
    rollcall_str         peer; /* MEMBERSHIP: the id of the member; for one who may be no object of
                                  the directory, any name for it, with its address as "mail".
                                  Otherwise empty */
    const rollcall_pair *attrs;
    size_t               attr_count;
} rollcall_record;

/* ---- What the host offers -------------------------------------------------------------------- */

typedef struct rollcall_ctx rollcall_ctx; /* names the call being served; opaque */

enum { ROLLCALL_DEBUG = 0, ROLLCALL_INFO = 1, ROLLCALL_WARN = 2, ROLLCALL_ERROR = 3 };

typedef struct rollcall_host {
    uint32_t     struct_size;
    uint32_t     abi;     /* ROLLCALL_ABI of the host */
    rollcall_str product; /* "Rollcall/1.0.0", fit for a User-Agent */

    /* [any] One line for the log. ctx may be NULL. Never log a secret. */
    void (*log)(rollcall_ctx *ctx, int32_t level, rollcall_str line);

    /* [any] ROLLCALL_CANCELLED once the call should end, else ROLLCALL_OK. Ask at least once a
     * second while busy; a worker that stays deaf for ten seconds after a cancel is killed. */
    rollcall_status (*cancelled)(rollcall_ctx *ctx);

    /* [any] A descriptor to poll() beside your sockets: readable from the cancel on. Don't read
     * or close it. */
    int (*cancel_fd)(rollcall_ctx *ctx);

    /* [in call] Sleep, but wake for a cancel; the way to honour a Retry-After. Pass on whatever it
     * returns: OK, CANCELLED, or UNAVAILABLE when the host would rather end here and retry. */
    rollcall_status (*wait)(rollcall_ctx *ctx, uint64_t milliseconds);

    /* [in call] What a person should read about a failure. `field` is the id of the setting at
     * fault, or empty. `text` is a sentence for the tab; `detail` is for the log and support. May
     * be called more than once; if the call then returns OK, it was a warning. */
    void (*problem)(rollcall_ctx *ctx, rollcall_str field, rollcall_str text, rollcall_str detail);

    /* [in call] The answer to call(). Answers add up. */
    rollcall_status (*answer)(rollcall_ctx *ctx, const rollcall_pair *pairs, size_t count);

    /* [in call] Store one setting now, durably: a rotated refresh token, the tenant learned from a
     * consent. The tab must declare the field; a secret field is stored as a secret. */
    rollcall_status (*save)(rollcall_ctx *ctx, rollcall_str field, rollcall_str value);

    /* [in call, sync only] Hand over records. Blocks while the host is behind: that is the flow
     * control. Not OK means stop: return that status. */
    rollcall_status (*emit)(rollcall_ctx *ctx, const rollcall_record *records, size_t count);

    /* [in call, sync only] "All emitted so far, and this state, belong together." The host commits
     * both or neither, and hands the last committed state to the next sync. At most 64 KiB, of
     * bytes that only the connector understands. OK means queued, not yet on disk. */
    rollcall_status (*checkpoint)(rollcall_ctx *ctx, rollcall_str state);

    /* [any] Done so far, of an expected total; 0 when unknown. */
    void (*progress)(rollcall_ctx *ctx, uint64_t done, uint64_t total);

    /* [any] An optional table of host functions by name and revision, "http/1", or NULL. */
    const void *(*extension)(rollcall_str name);
} rollcall_host;

/* ---- What the connector offers --------------------------------------------------------------- */

enum { ROLLCALL_FULL = 1, ROLLCALL_DELTA = 2 };

typedef struct rollcall_request {
    uint32_t     struct_size;
    uint32_t     mode;
    rollcall_str state; /* DELTA: the last committed state. FULL: empty, or, with ROLLCALL_RESUMES,
                           the last state that an interrupted full sync committed */
} rollcall_request;

enum { /* rollcall_connector.flags */
    ROLLCALL_DELTAS  = 1 << 0, /* can sync with mode DELTA */
    ROLLCALL_RESUMES = 1 << 1, /* can go on with a FULL sync from a state */
    ROLLCALL_PROBES  = 1 << 2  /* mode DELTA only finds out whether anything has changed: it emits
                                  nothing and returns OK (no) or NEED_FULL (yes, or in doubt), and
                                  the same instance is then asked for the FULL */
};

typedef struct rollcall_connector {
    uint32_t     struct_size;
    uint32_t     abi;              /* ROLLCALL_ABI it was built with */
    uint32_t     flags;
    uint32_t     settings_version; /* raise it when stored settings need call("upgrade") */
    rollcall_str id;               /* "org.example.ldap": the server type, for ever */
    rollcall_str version;          /* of this connector, "2.1.0" */
    rollcall_str tab;              /* the Sync tab as JSON: fields, steps, actions; see tab.md */

    /* Make an instance. Copy the settings and do nothing slow: no network. They may be incomplete,
     * since the tab calls in while it is being filled in. On failure leave *self alone. */
    rollcall_status (*open)(rollcall_ctx *ctx, const rollcall_pair *settings, size_t count,
                            void **self);

    /* The tab's business, off the hot path. NULL if there is none. Methods:
     *   check           Connect and prove that a sync could run. Answer: facts worth showing.
     *   suggest         field=ID. Answer: one pair per choice, its value and its label.
     *   consent.begin   redirect_uri, state. Answer: url to send the browser to; any "keep." pairs
     *                   come back in consent.finish, which may run in another process.
     *   consent.finish  redirect_uri, the redirect's query as "query." pairs, the "keep." pairs.
     *                   The host has compared state. save() what was won.
     *   upgrade         from=N. save() every setting that means something else since version N.
     *   anything else   a button that the tab declares under "actions". */
    rollcall_status (*call)(void *self, rollcall_ctx *ctx, rollcall_str method,
                            const rollcall_pair *args, size_t count);

    /* Read the directory into emit(), with checkpoints, until all of it (FULL) or all changes since
     * the state (DELTA) are out. OK commits the rest and, after a FULL, drops whatever that full
     * sync did not emit; any other return drops nothing and keeps the last checkpoint. Order is
     * free, the last word on an id counts, and a change seen twice does no harm. Take the point
     * where the first delta starts before a FULL begins to read, not after. */
    rollcall_status (*sync)(void *self, rollcall_ctx *ctx, const rollcall_request *request);

    /* Free the instance. Never called during another call. */
    void (*close)(void *self);

    /* An optional table of connector functions by name and revision. May be NULL, and return it. */
    const void *(*extension)(rollcall_str name);
} rollcall_connector;

/* The only export. Return the index-th connector of this library, NULL past the last. Called at
 * scan time: keep `host`, do nothing else. A library may export the entries of several majors. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const rollcall_connector *rollcall_connector_v1(const rollcall_host *host, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
