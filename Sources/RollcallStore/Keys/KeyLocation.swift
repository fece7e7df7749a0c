internal import Glibc

/// Where the key ring is: `file:PATH`, made at first use, or `cred:NAME`, a credential that the service manager hands
/// in.
package enum KeyLocation: Equatable, Sendable, CustomStringConvertible {
    case file(path: String)
    case credential(name: String)

    package init(_ text: String) throws {
        func after(_ prefix: String) -> String? {
            guard text.utf8.starts(with: prefix.utf8), text.utf8.count > prefix.utf8.count else { return nil }
            return String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        }
        if let path = after("file:"), !path.utf8.contains(0) {
            self = .file(path: path)
        } else if let name = after("cred:"), !name.utf8.contains(0), !name.utf8.contains(UInt8(ascii: "/")) {
            self = .credential(name: name)
        } else {
            throw StoreError(
                .usage, "the location \"\(text)\" names no key ring", hint: "set keys: file:PATH, or keys: cred:NAME")
        }
    }

    /// `nil` for a credential that nobody has handed in.
    package var path: String? {
        switch self {
        case .file(let path): return path
        case .credential(let name):
            guard let folder = getenv("CREDENTIALS_DIRECTORY") else { return nil }
            return "\(String(cString: folder))/\(name)"
        }
    }

    package var description: String {
        switch self {
        case .file(let path): "file:\(path)"
        case .credential(let name): "cred:\(name)"
        }
    }
}
