/// What an administrator has set about how a directory becomes an address book (product.md, "Settings that the host
/// gives to every source"), ready for use by a plan.
package struct Rules: Sendable {
    package enum Deleted: Equatable, Sendable, CustomStringConvertible {
        case atOnce
        case grace(days: Int)
        /// Gone from the directory, and only reported.
        case keep

        /// The setting's value: `at_once`, `grace:DAYS`, `keep`.
        package init?(_ text: String) {
            switch text {
            case "at_once": self = .atOnce
            case "keep": self = .keep
            default:
                guard text.hasPrefix("grace:"), let days = Int(text.dropFirst(6)), (1...365).contains(days) else {
                    return nil
                }
                self = .grace(days: days)
            }
        }

        package var description: String {
            switch self {
            case .atOnce: "at_once"
            case .grace(let days): "grace:\(days)"
            case .keep: "keep"
            }
        }
    }

    package enum Disabled: String, Sendable {
        case keep
        case leaveOut = "leave_out"
    }

    /// The domain whose book this is, and the other names of it: addresses in those count as the same local part here.
    package var domain: DomainName
    package var domainAliases: [DomainName]
    package var exclude: ExcludePatterns
    package var deleted: Deleted
    package var disabled: Disabled

    package init(
        domain: DomainName, domainAliases: [DomainName] = [], exclude: ExcludePatterns,
        deleted: Deleted = .grace(days: 1), disabled: Disabled = .keep
    ) {
        self.domain = domain
        self.domainAliases = domainAliases
        self.exclude = exclude
        self.deleted = deleted
        self.disabled = disabled
    }

    /// Changes when, and only when, the same directory could come to another book.
    package var fingerprint: String {
        ([domain.name] + domainAliases.map(\.name).sorted() + [deleted.description, disabled.rawValue]
            + exclude.patterns).joined(separator: "\n")
    }
}
