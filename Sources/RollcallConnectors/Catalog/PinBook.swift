/// What the administrator and the past have decided about libraries. Kept by the store.
package protocol PinBook: Sendable {
    /// The sha256 that was confirmed for this connector with `rollcall connector allow`.
    func pinned(_ id: String) -> String?
    /// Why this very library is in quarantine; `nil` where it is not.
    func quarantine(_ id: String, sha256: String) -> String?
}

/// For where there is no store: nothing pinned, nothing in quarantine.
package struct NoPins: PinBook {
    package init() {}
    package func pinned(_ id: String) -> String? { nil }
    package func quarantine(_ id: String, sha256: String) -> String? { nil }
}
