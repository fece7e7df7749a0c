internal import RollcallCore

/// The promise that an address stands once in a domain's book, checked over all of it.
extension Book {
    static func findDoubles(_ db: any Database, _ report: (String) -> Void) throws {
        let domains = try db.all("SELECT id FROM domains ORDER BY id") { $0.int(0) }
        for domain in domains {
            var holders: [Address: String] = [:]
            try eachEntry(db, domain: domain) { row in
                let key = String(decoding: row.key, as: UTF8.self)
                guard let addresses = addresses(of: row.content) else {
                    report("the entry \(key) cannot be read")
                    return
                }
                for (index, text) in addresses.enumerated() {
                    guard let address = try? Address(text) else {
                        report("the entry \(key) has the bad address \(text)")
                        continue
                    }
                    if index == 0, address.key != key {
                        report("the entry \(key) stands under another address than \(text)")
                    }
                    if let holder = holders.updateValue(key, forKey: address) {
                        report("the address \(text) stands in \(holder) and in \(key)")
                    }
                }
            }
        }
    }

    /// Primary and aliases out of an entry's content.
    private static func addresses(of content: UnsafeRawBufferPointer) -> [String]? {
        var reader = ByteReader(content)
        guard reader.number(UInt8.self) != nil, let primary = reader.text(), reader.text() != nil,
            let count = reader.varint(), count <= UInt64(content.count)
        else { return nil }
        var all = [primary]
        for _ in 0..<count {
            guard let alias = reader.text() else { return nil }
            all.append(alias)
        }
        return all
    }
}
