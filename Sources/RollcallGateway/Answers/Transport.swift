internal import RollcallStore

/// Inbound servers as Postfix's transport table has them: `smtp:[a]:25, [b]:25`, tried in this order (from Postfix 3.5
/// on). Brackets, since an inbound server is a host, whose MX nobody wants. Servers of equal preference share: each
/// address begins with another of them, and always with the same one.
enum Transport {
    static func append(_ servers: [InboundServer], sharedBy hash: UInt64, to data: inout [UInt8]) {
        data += "smtp:".utf8
        var index = 0
        while index < servers.count {
            var end = index + 1
            while end < servers.count, servers[end].preference == servers[index].preference { end += 1 }
            let first = Int(hash % UInt64(end - index))
            for step in 0..<(end - index) {
                let server = servers[index + (first + step) % (end - index)]
                if index + step > 0 { data += ", ".utf8 }
                data.append(UInt8(ascii: "["))
                data += server.host.utf8
                data += "]:".utf8
                data += String(server.port).utf8
            }
            index = end
        }
    }
}
