/// The Sync tab of the connector. The manifest carries the same document; a test holds the two together.

extension Generic {
    public static let tab = #"""
        {
          "tab": 1,
          "title": "Generic Sync",
          "purpose": "Keeps the address book in step with a list of addresses in a file or behind a URL.",
          "sections": [
            { "id": "list", "label": "List", "fields": [
              { "id": "location", "type": "path", "label": "Location", "required": true, "posted": true,
                "help": "A path, a file:, http:, https:, ftp:, ftps: or sftp: URL, or posted: the list posted last." },
              { "id": "format", "type": "choice", "label": "Format", "default": "auto", "options": [
                { "value": "auto", "label": "Found out by itself" },
                { "value": "csv", "label": "CSV" },
                { "value": "json", "label": "JSON" },
                { "value": "jsonl", "label": "JSON Lines" },
                { "value": "ldif", "label": "LDIF" } ] },
              { "id": "user", "type": "text", "label": "User", "help": "Where the server asks for one." },
              { "id": "password", "type": "secret", "label": "Password",
                "secretFor": ["location", "user"] },
              { "id": "ca_file", "type": "path", "label": "Certificate authority",
                "help": "A PEM file, where the server's certificate is not signed by a public authority." },
              { "id": "host_key", "type": "text", "label": "Host key", "advanced": true,
                "help": "sftp only: the key that the server must show. Empty: the first one seen is kept." } ] },
            { "id": "columns", "label": "Columns", "fields": [
              { "id": "id_column", "type": "text", "label": "Id", "default": "id",
                "help": "What stays the same when an address changes. Without such a column, the address is the id." },
              { "id": "email_column", "type": "text", "label": "E-mail", "default": "email" },
              { "id": "aliases_column", "type": "text", "label": "Aliases", "default": "aliases" },
              { "id": "name_column", "type": "text", "label": "Name", "default": "name" },
              { "id": "type_column", "type": "text", "label": "Type", "default": "type",
                "help": "user, shared, room, equipment, contact or list; empty means user." },
              { "id": "members_column", "type": "text", "label": "Members", "default": "members",
                "help": "Of a list: ids or addresses." },
              { "id": "separator", "type": "text", "label": "Separator inside a cell",
                "default": ";", "maxLength": 8 } ] },
            { "id": "limits", "label": "Limits", "fields": [
              { "id": "bad_rows", "type": "number", "label": "Bad rows tolerated",
                "min": 0, "max": 1000000, "default": 0, "advanced": true,
                "help": "With more, a list counts as broken. A row left out is an entry deleted." },
              { "id": "max_megabytes", "type": "number", "label": "Largest download, in MiB",
                "min": 1, "max": 1024, "default": 1024, "advanced": true } ] }
          ]
        }
        """#
}
