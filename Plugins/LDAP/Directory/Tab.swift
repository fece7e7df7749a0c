/// The Sync tab of the connector. The manifest carries the same document; a test holds the two together.

extension LDAPDirectory {
    public static let tab = #"""
        {
          "tab": 1,
          "title": "LDAP Sync",
          "purpose": "Reads people, groups and contacts from a directory; nothing is ever written to it.",
          "sections": [
            { "id": "server", "label": "Server", "fields": [
              { "id": "preset", "type": "choice", "label": "Directory", "default": "active-directory",
                "help": "Fills in search string and attributes wherever they are left empty.", "options": [
                { "value": "active-directory", "label": "Active Directory" },
                { "value": "openldap", "label": "OpenLDAP" },
                { "value": "389ds", "label": "389 Directory Server" },
                { "value": "domino", "label": "Domino" },
                { "value": "custom", "label": "Other" } ] },
              { "id": "servers", "type": "text", "label": "Servers", "required": true,
                "help": "host or host:port, separated by commas and tried in this order. A domain stands for the servers that its SRV records name." },
              { "id": "security", "type": "choice", "label": "Encryption", "default": "starttls", "options": [
                { "value": "starttls", "label": "StartTLS" },
                { "value": "ldaps", "label": "LDAPS" },
                { "value": "none", "label": "None" } ] },
              { "id": "clear_text", "type": "note", "label": "Without encryption the password and all that is read can be seen on the way.",
                "when": { "field": "security", "is": ["none"] } },
              { "id": "port", "type": "number", "label": "Port", "min": 1, "max": 65535,
                "help": "Empty: 389, or 636 for LDAPS." },
              { "id": "ca_file", "type": "path", "label": "Certificate authority",
                "help": "A PEM file, where the server's certificate is not signed by a public authority. Certificates are always checked.",
                "when": { "field": "security", "is": ["starttls", "ldaps"] } },
              { "id": "user", "type": "text", "label": "User",
                "help": "A name to sign in with: a DN, or user@domain for Active Directory. It needs to read, and nothing else." },
              { "id": "password", "type": "secret", "label": "Password", "secretFor": ["servers", "port", "security"] } ] },
            { "id": "directory", "label": "What to read", "fields": [
              { "id": "base_dn", "type": "text", "label": "Base DN", "required": true, "suggest": true },
              { "id": "filter", "type": "text", "label": "Search string", "suggest": true, "maxLength": 8192,
                "help": "An LDAP filter. Empty: that of the directory chosen above." },
              { "id": "email_attribute", "type": "text", "label": "E-mail attribute", "suggest": true, "help": "Empty: mail." },
              { "id": "alias_attributes", "type": "text", "label": "Alias attributes", "suggest": true,
                "help": "One or more, separated by commas. Empty: those of the directory chosen above, such as proxyAddresses." },
              { "id": "list_attribute", "type": "text", "label": "Distribution list attribute", "suggest": true,
                "help": "Empty: objectClass." },
              { "id": "list_value", "type": "text", "label": "Distribution list value",
                "help": "What that attribute has where an entry is a distribution list; * stands for anything. Empty: the usual classes of groups." } ] },
            { "id": "reading", "label": "How to read", "fields": [
              { "id": "incremental", "type": "choice", "label": "Changes only", "default": "auto", "advanced": true,
                "help": "Test Connection says which way was found, and why.", "options": [
                { "value": "auto", "label": "The best way that server and account allow" },
                { "value": "off", "label": "No, always read everything" },
                { "value": "dirsync", "label": "DirSync only" },
                { "value": "usn", "label": "uSNChanged only" },
                { "value": "syncrepl", "label": "RFC 4533 only" },
                { "value": "timestamp", "label": "modifyTimestamp only" } ] },
              { "id": "page_size", "type": "number", "label": "Page size", "min": 1, "max": 100000, "default": 1000, "advanced": true },
              { "id": "id_attribute", "type": "text", "label": "Id attribute", "advanced": true,
                "help": "What stays the same when an entry is renamed or moved. Empty: found out from the server.",
                "when": { "field": "preset", "is": ["custom", "domino"] } },
              { "id": "connect_timeout", "type": "number", "label": "Seconds to connect and sign in", "min": 1, "max": 600, "default": 10, "advanced": true },
              { "id": "answer_timeout", "type": "number", "label": "Seconds to wait for an answer", "min": 1, "max": 3600, "default": 120, "advanced": true } ] }
          ]
        }
        """#
}
