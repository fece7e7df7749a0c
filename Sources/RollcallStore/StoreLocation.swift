/// Where the store is: `sqlite:PATH`, or later `postgres://user@host/db`.
package enum StoreLocation: Sendable, Equatable, CustomStringConvertible {
    case sqlite(path: String)

    /// Reads the configuration's key `store`. A bare path is taken for SQLite's.
    package init(_ text: String) throws {
        func after(_ prefix: String) -> String? {
            text.utf8.starts(with: prefix.utf8)
                ? String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
        }
        if after("postgres://") != nil || after("postgresql://") != nil {
            throw StoreError(
                .usage, "this build of rollcall keeps its store in SQLite only; PostgreSQL is not built in",
                hint: "set store: sqlite:/var/lib/rollcall/rollcall.db")
        }
        let path = after("sqlite://") ?? after("sqlite:") ?? text
        let hint = "set store: sqlite:PATH"
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StoreError(.usage, "the location \"\(text)\" names no file for the store", hint: hint)
        }
        // A word before a colon is a scheme that this build does not know, not a file's name.
        if path.utf8.first != UInt8(ascii: "/"), after("sqlite:") == nil,
            let colon = path.utf8.firstIndex(of: UInt8(ascii: ":")), !path.utf8[..<colon].contains(UInt8(ascii: "/"))
        {
            throw StoreError(.usage, "the location \"\(text)\" is of a kind that this build does not know", hint: hint)
        }
        self = .sqlite(path: path)
    }

    package var path: String {
        switch self {
        case .sqlite(let path): path
        }
    }

    package var description: String { "sqlite:\(path)" }
}
