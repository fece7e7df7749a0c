/* libldap with typed entries, and what it lacks: a connect that ends in time, a watch over calls that would block for
 * ever, and SRV look-ups. Swift sees libldap itself through this header too; only what is variadic, takes untyped
 * options or needs struct arrays is wrapped.
 *
 * libldap's own timeouts do not hold (a TLS handshake is bounded by nothing), and a server that stops in the middle of
 * a message blocks the read. So every call that touches the network runs under a rollcall_watch: a thread that shuts
 * the socket down at the deadline or at a cancel, upon which the call returns with an error. */
#ifndef ROLLCALL_LDAP_H
#define ROLLCALL_LDAP_H

#include <ldap.h>
#include <openldap.h>
#include <stddef.h>
#include <stdint.h>

/* ---- The watch ---- */

typedef struct rollcall_watch rollcall_watch;

rollcall_watch *rollcall_watch_start(int cancel_fd);   /* NULL without memory or threads */
void rollcall_watch_arm(rollcall_watch *watch, int fd, int64_t milliseconds);
enum { ROLLCALL_WATCH_QUIET = 0, ROLLCALL_WATCH_LATE = 1, ROLLCALL_WATCH_CANCELLED = 2 };
int rollcall_watch_disarm(rollcall_watch *watch);   /* what it did since it was armed */
void rollcall_watch_stop(rollcall_watch *watch);

/* ---- Connecting ---- */

enum {
    ROLLCALL_DIAL_UNKNOWN = -1,     /* no address for that name */
    ROLLCALL_DIAL_DENIED = -2,      /* an address that may not be reached, and no other */
    ROLLCALL_DIAL_REFUSED = -3,     /* refused, unreachable */
    ROLLCALL_DIAL_LATE = -4,
    ROLLCALL_DIAL_CANCELLED = -5
};
/* 1 if this textual address may be connected to. */
typedef int (*rollcall_permit)(void *context, const char *address);

/* A connected socket, or one of the above; `detail` then says more (an address, the system's words). */
int rollcall_dial(const char *host, const char *port, int64_t milliseconds, int cancel_fd, rollcall_permit permit,
                  void *context, char *detail, size_t room);

/* Of "host", port and preference, one call a record; returns how many there were, -1 for no answer. */
typedef void (*rollcall_srv_record)(void *context, const char *host, int port, int priority, int weight);
int rollcall_srv(const char *name, rollcall_srv_record record, void *context);
int rollcall_srv_parse(const unsigned char *answer, int length, rollcall_srv_record record, void *context);

/* ---- A handle ---- */

/* Takes over `fd` (also when it fails). `uri` names the host that a certificate must name. */
int rollcall_ldap_adopt(int fd, const char *uri, size_t largest_message, LDAP **handle);
/* Which authority certificates are checked against. `checks` 0 accepts all: only for a look at a refused certificate. */
int rollcall_ldap_trust(LDAP *handle, const char *authority_file, int checks);
int rollcall_ldap_start_tls(LDAP *handle);      /* asks, and says what the server answered; no TLS yet */
int rollcall_ldap_bind(LDAP *handle, const char *name, const void *password, size_t length);
int rollcall_ldap_read_ahead(LDAP *handle);     /* fewer system calls; not over TLS */
int rollcall_ldap_certificate(LDAP *handle, struct berval *certificate);   /* DER; free with ber_memfree(bv_val) */
int rollcall_ldap_error(LDAP *handle);
void rollcall_ldap_diagnostic(LDAP *handle, char *text, size_t room);

/* ---- Searching ---- */

typedef struct rollcall_control {
    const char *oid;
    const void *value;   /* BER; NULL for none */
    size_t      length;
    int         critical;
} rollcall_control;

int rollcall_ldap_search(LDAP *handle, const char *base, int scope, const char *filter, const char *const *attributes,
                         const rollcall_control *controls, int count, int *id);
/* The next message of `id` (any, if -1) as it comes; if there is none yet, not looked for again before `nap` microseconds.
 * Returns its type, 0 at the time-out, -1 for an error. */
int rollcall_ldap_next(LDAP *handle, int id, int64_t milliseconds, int nap, LDAPMessage **message);

typedef struct rollcall_ldap_outcome {
    int           code;
    char          text[512];       /* the server's words */
    int           has_control;
    struct berval control;         /* value of the response control asked for; free with ber_memfree(bv_val) */
} rollcall_ldap_outcome;
int rollcall_ldap_outcome_of(LDAP *handle, LDAPMessage *message, const char *control_oid, rollcall_ldap_outcome *outcome);

/* The value of a control of an entry; 1 if it is there. Free with ber_memfree(bv_val). */
int rollcall_ldap_entry_control(LDAP *handle, LDAPMessage *entry, const char *oid, struct berval *value);
/* The value of an intermediate response, if it is `oid`; 1 if so. Free with ber_memfree(bv_val). */
int rollcall_ldap_intermediate(LDAP *handle, LDAPMessage *message, const char *oid, struct berval *value);

#endif
