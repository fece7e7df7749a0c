/// The product's version, as `--version` says it and connectors are told it.
enum Version {
    static let text = "0.1.0"
}
