/* rollcall_network.h - the host extension "network/1": may a connector talk to this address?
 *
 * An operator can say which networks connectors may reach (sync.networks); link-local addresses and those where cloud
 * providers serve machine credentials are never among them. Only the address that is really connected to counts, not
 * the name: a connector asks after resolving, in the callback where its client library opens the socket (libcurl:
 * CURLOPT_OPENSOCKETFUNCTION, libldap: LDAP_OPT_CONNECT_CB), and does not connect unless the answer is ROLLCALL_OK.
 *
 *     const rollcall_network *network = host->extension((rollcall_str)ROLLCALL_STR("network/1"));
 *
 * A host that does not offer the extension allows every address.
 */
#ifndef ROLLCALL_NETWORK_H
#define ROLLCALL_NETWORK_H

#include "rollcall_connector.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rollcall_network {
    uint32_t struct_size;
    uint32_t reserved; /* zero; fills the hole */

    /* [any] `address` is a textual IPv4 or IPv6 address, without port, brackets or zone. ROLLCALL_OK, or
     * ROLLCALL_DENIED, upon which the connector says which address it was and returns ROLLCALL_DENIED. ctx may be
     * NULL. */
    rollcall_status (*permits)(rollcall_ctx *ctx, rollcall_str address);
} rollcall_network;

#ifdef __cplusplus
}
#endif
#endif
