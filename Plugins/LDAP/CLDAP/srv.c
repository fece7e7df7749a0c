#include "rollcall_ldap.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

int rollcall_srv_parse(const unsigned char *answer, int length, rollcall_srv_record record, void *context) {
    ns_msg message;
    if (length < 0 || ns_initparse(answer, length, &message) != 0) return -1;
    int count = 0;
    for (int index = 0; index < ns_msg_count(message, ns_s_an); index++) {
        ns_rr each;
        if (ns_parserr(&message, ns_s_an, index, &each) != 0) return -1;
        if (ns_rr_type(each) != ns_t_srv || ns_rr_rdlen(each) < 7) continue;
        const unsigned char *data = ns_rr_rdata(each);
        char host[NS_MAXDNAME];
        if (dn_expand(ns_msg_base(message), ns_msg_end(message), data + 6, host, sizeof host) < 0) return -1;
        /* "." says that there is no such service. */
        if (host[0] == 0 || (host[0] == '.' && host[1] == 0)) continue;
        record(context, host, data[4] << 8 | data[5], data[0] << 8 | data[1], data[2] << 8 | data[3]);
        count++;
    }
    return count;
}

int rollcall_srv(const char *name, rollcall_srv_record record, void *context) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return -1;
    state.retrans = 2;
    state.retry = 1;
    static unsigned char answer[NS_MAXMSG];   /* one thread asks: the connector's own */
    int length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof answer);
    int count = length < 0 ? -1 : rollcall_srv_parse(answer, length, record, context);
    res_nclose(&state);
    return count;
}
