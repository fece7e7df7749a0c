#include "rollcall_ldap.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* ldap.conf, ~/.ldaprc and LDAP* variables would change what a handle does without a word. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void ignore_files(void) { setenv("LDAPNOINIT", "1", 1); }

/* libldap writes without MSG_NOSIGNAL; that a peer is gone shall be an error of the call and no signal. A connector's
 * calls all come on one thread, so that thread's mask is enough. */
static void block_pipe_signal(void) {
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, NULL);
}

int rollcall_ldap_adopt(int fd, const char *uri, size_t largest_message, LDAP **handle) {
    pthread_once(&once, ignore_files);
    block_pipe_signal();
    *handle = NULL;
    int code = ldap_init_fd(fd, LDAP_PROTO_TCP, uri, handle);
    if (code != LDAP_SUCCESS) {
        close(fd);
        return code;
    }
    int version = LDAP_VERSION3, never = LDAP_DEREF_NEVER;
    ldap_set_option(*handle, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(*handle, LDAP_OPT_DEREF, &never);
    ldap_set_option(*handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(*handle, LDAP_OPT_RESTART, LDAP_OPT_ON);
    Sockbuf *buffer = NULL;
    if (ldap_get_option(*handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS && buffer) {
        ber_len_t largest = largest_message;
        ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &largest);
    }
    return LDAP_SUCCESS;
}

int rollcall_ldap_trust(LDAP *handle, const char *authority_file, int checks) {
    int demand = checks ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER;
    int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
    int code = ldap_set_option(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    if (code == 0) code = ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTFILE, authority_file);
    if (code == 0) code = ldap_set_option(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least);
    /* Last: nothing above has an effect before it. */
    if (code == 0) code = ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &client);
    return code;
}

int rollcall_ldap_start_tls(LDAP *handle) {
    char *name = NULL;
    struct berval *data = NULL;
    int code = ldap_extended_operation_s(handle, LDAP_EXOP_START_TLS, NULL, NULL, NULL, &name, &data);
    ldap_memfree(name);
    ber_bvfree(data);
    return code;
}

int rollcall_ldap_bind(LDAP *handle, const char *name, const void *password, size_t length) {
    struct berval secret = {length, (char *)password}, *answer = NULL;
    int code = ldap_sasl_bind_s(handle, name, LDAP_SASL_SIMPLE, &secret, NULL, NULL, &answer);
    ber_bvfree(answer);
    return code;
}

int rollcall_ldap_read_ahead(LDAP *handle) {
    Sockbuf *buffer = NULL;
    ber_len_t size = 64 << 10;
    if (ldap_get_option(handle, LDAP_OPT_SOCKBUF, &buffer) != LDAP_OPT_SUCCESS || !buffer) return -1;
    return ber_sockbuf_add_io(buffer, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_APPLICATION, &size);
}

int rollcall_ldap_certificate(LDAP *handle, struct berval *certificate) {
    certificate->bv_val = NULL;
    certificate->bv_len = 0;
    return ldap_get_option(handle, LDAP_OPT_X_TLS_PEERCERT, certificate);
}

int rollcall_ldap_error(LDAP *handle) {
    int code = 0;
    ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code);
    return code;
}

void rollcall_ldap_diagnostic(LDAP *handle, char *text, size_t room) {
    char *words = NULL;
    text[0] = 0;
    if (ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &words) == LDAP_OPT_SUCCESS && words)
        snprintf(text, room, "%s", words);
    ldap_memfree(words);
}

int rollcall_ldap_search(LDAP *handle, const char *base, int scope, const char *filter, const char *const *attributes,
                         const rollcall_control *controls, int count, int *id) {
    LDAPControl each[4], *pointers[5];
    if (count > 4) return LDAP_PARAM_ERROR;
    for (int index = 0; index < count; index++) {
        each[index].ldctl_oid = (char *)controls[index].oid;
        each[index].ldctl_value.bv_val = (char *)controls[index].value;
        each[index].ldctl_value.bv_len = controls[index].length;
        each[index].ldctl_iscritical = (char)controls[index].critical;
        pointers[index] = &each[index];
    }
    pointers[count] = NULL;
    return ldap_search_ext(handle, base, scope, filter, (char **)attributes, 0, count ? pointers : NULL, NULL, NULL, 0, id);
}

int rollcall_ldap_next(LDAP *handle, int id, int64_t milliseconds, int nap, LDAPMessage **message) {
    struct timeval time = {milliseconds / 1000, (milliseconds % 1000) * 1000}, none = {0, 0};
    *message = NULL;
    if (nap > 0) {
        int type = ldap_result(handle, id, LDAP_MSG_ONE, &none, message);
        if (type != 0) return type;
        usleep((useconds_t)nap);
    }
    return ldap_result(handle, id, LDAP_MSG_ONE, &time, message);
}

static int copy_control(LDAPControl **controls, const char *oid, struct berval *value) {
    LDAPControl *found = controls && oid ? ldap_control_find(oid, controls, NULL) : NULL;
    if (!found) return 0;
    ber_dupbv(value, &found->ldctl_value);
    return 1;
}

int rollcall_ldap_outcome_of(LDAP *handle, LDAPMessage *message, const char *control_oid, rollcall_ldap_outcome *outcome) {
    LDAPControl **controls = NULL;
    char *words = NULL;
    memset(outcome, 0, sizeof *outcome);
    int code = ldap_parse_result(handle, message, &outcome->code, NULL, &words, NULL, &controls, 0);
    if (words) snprintf(outcome->text, sizeof outcome->text, "%s", words);
    outcome->has_control = copy_control(controls, control_oid, &outcome->control);
    ldap_memfree(words);
    ldap_controls_free(controls);
    return code;
}

int rollcall_ldap_entry_control(LDAP *handle, LDAPMessage *entry, const char *oid, struct berval *value) {
    LDAPControl **controls = NULL;
    value->bv_val = NULL;
    value->bv_len = 0;
    if (ldap_get_entry_controls(handle, entry, &controls) != LDAP_SUCCESS) return 0;
    int found = copy_control(controls, oid, value);
    ldap_controls_free(controls);
    return found;
}

int rollcall_ldap_intermediate(LDAP *handle, LDAPMessage *message, const char *oid, struct berval *value) {
    char *name = NULL;
    struct berval *data = NULL;
    value->bv_val = NULL;
    value->bv_len = 0;
    if (ldap_parse_intermediate(handle, message, &name, &data, NULL, 0) != LDAP_SUCCESS) return 0;
    int found = name && data && strcmp(name, oid) == 0;
    if (found) {
        *value = *data;
        ber_memfree(data);
    } else {
        ber_bvfree(data);
    }
    ldap_memfree(name);
    return found;
}
