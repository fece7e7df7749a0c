/// Every key of rollcall.yaml, once: its name, what a value must look like, its default and what it is for. The decoder,
/// the environment's overrides, `config show`, the man page rollcall.yaml(5) and the test that holds
/// conf/rollcall.yaml complete all read this table, so that a key cannot be known in one place only.
struct ConfigurationKey: Sendable {
    enum Kind: Sendable {
        case text
        case choice([String])
        case number(ClosedRange<Int>)
        /// `256MiB`
        case size
        /// `10m`
        case duration
        /// Absolute or relative paths; in the environment separated by colons.
        case paths
        case path
        /// `sqlite:PATH` or `postgres://…`
        case store
        /// `file:PATH` or `cred:NAME`: where a secret is, never the secret itself.
        case reference
        /// Words without further meaning here; in the environment separated by blanks.
        case words
        /// `HOST:PORT` or `unix:PATH`
        case listen
        /// The same, one or several, or `off`; in the environment separated by commas or blanks.
        case listens
        case url([String])
        /// `smtp://HOST[:PORT]`, `smtps://HOST[:PORT]` or `sendmail:PATH`
        case mailServer
        /// A mail address that any server takes.
        case address
        /// `any`, `public` or a list of networks
        case networks
        /// A list of groups with these keys; in the environment as YAML.
        case rows([ConfigurationKey])
    }

    let name: String
    let kind: Kind
    let standard: String?
    let about: String

    /// `http.listen` is overridden by `ROLLCALL_HTTP_LISTEN`.
    var variable: String {
        "ROLLCALL_"
            + String(
                decoding: name.utf8.map { byte -> UInt8 in
                    switch byte {
                    case UInt8(ascii: "."): UInt8(ascii: "_")
                    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
                    default: byte
                    }
                }, as: UTF8.self)
    }

    init(_ name: String, _ kind: Kind, _ standard: String?, _ about: String) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.about = about
    }

    static let all: [ConfigurationKey] = [
        .init("store", .store, "sqlite:/var/lib/rollcall/rollcall.db", "Where everything is kept."),
        .init(
            "keys", .reference, "file:/var/lib/rollcall/keys",
            "The keys that seal stored secrets: a file of mode 0600, made at first use, or a systemd credential."),
        .init(
            "connectors.path", .paths, "lib/rollcall/connectors",
            "Folders with connectors, searched in order. Relative ones start at the installed prefix."),
        .init(
            "connectors.policy", .choice(["root", "own", "pinned", "signed"]), "root",
            "Which connectors may be loaded: root: file and parent folders belong to root and nobody else can write "
                + "there; own: root or the user who runs rollcall; pinned: only those allowed with `connector allow`; "
                + "signed: only those with a valid signature."),
        .init(
            "connectors.keys", .words, nil,
            "Public keys, Ed25519 in base64, by which connectors may be signed (policy signed)."),
        .init(
            "connectors.o365.client_id", .text, nil,
            "The operator's own app registration, by which customers grant consent."),
        .init("connectors.o365.client_secret", .reference, nil, "The secret of that app registration."),
        .init("http.listen", .listen, "127.0.0.1:8460", "Where the dashboard and the API listen."),
        .init(
            "http.base_url", .url(["http", "https"]), "http://localhost:8460",
            "How browsers reach the dashboard; consent returns here."),
        .init("http.tls.certificate", .path, nil, "Certificate chain in PEM; with it the dashboard speaks HTTPS."),
        .init("http.tls.key", .path, nil, "The certificate's private key in PEM."),
        .init(
            "gateway.socketmap", .listens, "127.0.0.1:8461",
            "Where gateways ask: HOST:PORT or unix:/run/rollcall/socketmap, one or a list of them, or off."),
        .init(
            "gateway.snapshots", .path, nil,
            "The folder of the snapshots that gateways are answered from when there is no store; by default beside the "
                + "store, with -gateway behind its name."),
        .init(
            "gateway.stale_after", .duration, "7d",
            "When a domain counts as stale: no source of it was read well for so long."),
        .init(
            "gateway.stale_answer", .choice(["notfound", "temp"]), "notfound",
            "What gateways are told of unknown addresses of a stale domain: notfound, no such user, or temp, try later."
        ),
        .init(
            "gateway.from", .url(["https", "http"]), nil,
            "The primary that `rollcall gateway` copies address books from, instead of a store; plain http:// on this "
                + "machine only."),
        .init("gateway.token", .reference, nil, "The token for the primary, of scope replica."),
        .init(
            "gateway.ca_file", .path, nil,
            "Certificates in PEM that the primary's must come from, where the system's do not do."),
        .init("gateway.exports", .rows(exportFields), nil, exportAbout),
        .init(
            "mail.server", .mailServer, "smtp://localhost:25",
            "The server that takes reports by mail, smtp:// (with STARTTLS where it is offered) or smtps://, or "
                + "sendmail:PATH for a program that takes them."),
        .init("mail.from", .address, "rollcall@localhost", "The sender of reports."),
        .init("mail.user", .text, nil, "Name to sign in with at the mail server; then only encrypted."),
        .init("mail.password", .reference, nil, "Password to sign in with at the mail server."),
        .init(
            "mail.ca_file", .path, nil,
            "Certificates in PEM that the mail server's must come from; with it only encrypted. Else the system's."),
        .init("sync.concurrency", .number(1...64), "4", "How many runs `serve` does at a time."),
        .init(
            "sync.networks", .networks, "any",
            "What connectors may connect to: any, public, or a list of networks. Link-local addresses and the "
                + "metadata services of clouds never."),
        .init("sync.worker.memory", .size, "256MiB", "How much memory a connector may use."),
        .init("sync.worker.stall", .duration, "10m", "How long a connector may say nothing before it is ended."),
        .init(
            "retention.history", .duration, "400d", "How long runs are remembered, and can be undone."),
        .init("retention.previews", .duration, "30d", "How long the plans of previews are kept."),
        .init("retention.audit", .duration, "800d", "How long the audit trail goes back."),
        .init(
            "retention.removed", .duration, "30d", "How long history and mirror of a removed source are kept."),
        .init(
            "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info",
            "What goes to the log."),
        .init("log.format", .choice(["text", "json"]), "text", "How a log line is written."),
    ]

    static func named(_ name: String) -> ConfigurationKey? { all.first { $0.name == name } }
}
