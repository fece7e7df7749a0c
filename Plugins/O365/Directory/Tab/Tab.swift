/// The Sync tab of the connector. The manifest carries the same document; a test holds the two together.

extension O365 {
    public static let tab = #"""
        {
          "tab": 1,
          "title": "Office 365 Sync",
          "purpose": "Reads mailboxes, groups and contacts of a Microsoft 365 tenant.",
          "sections": [
            { "id": "account", "label": "Account", "fields": [
              { "id": "auth", "type": "choice", "label": "Sign in with", "default": "consent", "style": "radio", "options": [
                { "value": "consent", "label": "Administrator consent" },
                { "value": "app", "label": "Own app registration with a client secret" },
                { "value": "certificate", "label": "Own app registration with a certificate" } ] },
              { "id": "cloud", "type": "choice", "label": "Cloud", "default": "global", "options": [
                { "value": "global", "label": "Worldwide, and GCC" },
                { "value": "gcc-high", "label": "US Government GCC High" },
                { "value": "dod", "label": "US Government DoD" },
                { "value": "china", "label": "China (21Vianet)" },
                { "value": "custom", "label": "Other addresses" } ] },
              { "id": "login_url", "type": "url", "label": "Sign-in URL", "required": true,
                "when": { "field": "cloud", "is": ["custom"] } },
              { "id": "graph_url", "type": "url", "label": "Graph URL", "required": true,
                "when": { "field": "cloud", "is": ["custom"] } },
              { "id": "tenant_id", "type": "text", "label": "Tenant", "maxLength": 255,
                "pattern": "^[0-9A-Za-z][0-9A-Za-z.-]*$", "patternHelp": "A directory (tenant) ID looks like 1b4e28ba-2fa1-11d2-883f-0016d3cca427.",
                "help": "The directory (tenant) ID. With administrator consent it is filled in by the consent." },
              { "id": "consented", "type": "text", "label": "Consented tenant", "hidden": true },
              { "id": "client_id", "type": "text", "label": "Application (client) ID", "required": true, "maxLength": 100,
                "when": { "field": "auth", "is": ["app", "certificate"] } },
              { "id": "client_secret", "type": "secret", "label": "Client secret", "required": true,
                "secretFor": ["cloud", "login_url", "graph_url"], "when": { "field": "auth", "is": ["app"] },
                "help": "The secret's value, not its ID." },
              { "id": "certificate", "type": "file", "label": "Certificate", "required": true,
                "when": { "field": "auth", "is": ["certificate"] }, "help": "In PEM, as uploaded to the app registration." },
              { "id": "private_key", "type": "secret", "label": "Private key", "required": true,
                "secretFor": ["cloud", "login_url", "graph_url"], "when": { "field": "auth", "is": ["certificate"] },
                "help": "RSA, in PEM, without a passphrase. It never leaves this machine; only signatures do." },
              { "id": "ca_file", "type": "path", "label": "Certificate authority", "advanced": true,
                "when": { "field": "cloud", "is": ["custom"] },
                "help": "A PEM file, where the servers' certificates are not signed by a public authority." } ] },
            { "id": "scope", "label": "What to read", "fields": [
              { "id": "groups", "type": "list", "label": "Only members of", "suggest": true,
                "help": "Groups by ID, address or name, one a line; only their members (of nested groups too) become accounts. Lists and contacts are read all the same. Empty: everybody." },
              { "id": "contacts", "type": "switch", "label": "Organization contacts", "default": true },
              { "id": "user_purpose", "type": "switch", "label": "Ask what mailboxes are for", "default": false,
                "help": "Tells shared mailboxes, rooms and equipment from people. It costs a question for every mailbox and the further permission MailboxSettings.Read, which lets Rollcall read the settings of every mailbox (no mail)." },
              { "id": "beyond", "type": "note", "label": "Not shown by Microsoft Graph",
                "help": "Dynamic distribution lists and mail-enabled public folders cannot be read through Graph. Add their addresses by hand under Accounts (or with rollcall account add ADDRESS, for a list with --list), or mail to them will be refused." } ] },
            { "id": "limits", "label": "Limits", "fields": [
              { "id": "full_every", "type": "number", "label": "Full read every so many days", "min": 0, "max": 365, "default": 7,
                "advanced": true, "help": "Changes are read as such in between. 0: only when one is needed." },
              { "id": "attempts", "type": "number", "label": "Attempts", "min": 1, "max": 20, "default": 6, "advanced": true,
                "help": "How often a request is made before the service counts as unavailable. Where the service names a time, that is kept instead." },
              { "id": "timeout", "type": "number", "label": "Silence, in seconds", "min": 1, "max": 600, "default": 60,
                "advanced": true, "help": "How long the service may send nothing." },
              { "id": "max_pages", "type": "number", "label": "Most pages of one list", "min": 1, "max": 10000000,
                "default": 100000, "advanced": true } ] }
          ],
          "consent": {
            "kind": "redirect",
            "label": "Grant access",
            "when": { "field": "auth", "is": ["consent"] },
            "saves": ["tenant_id", "consented"],
            "help": "An administrator of the tenant is asked for read-only permissions; with none of them can Rollcall change anything or read mail. User.Read.All: the users and their addresses, since those are who may receive mail. GroupMember.Read.All: groups with address and members, since groups receive mail too. OrgContact.Read.All: contacts of the organization, which may have addresses in your domains. Organization.Read.All: name and verified domains of the tenant, as proof that the right tenant was granted. MailboxSettings.Read only matters where \"Ask what mailboxes are for\" is on."
          },
          "strings": {}
        }
        """#
}
