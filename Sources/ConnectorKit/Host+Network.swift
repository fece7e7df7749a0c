/// Which addresses an operator lets connectors reach.

internal import CRollcall

extension Host {
    /// Whether you may connect to this address (textual IPv4 or IPv6, no port, no brackets). Ask after resolving, for
    /// the address that is really connected to, and end with `.denied` if not. Any thread.
    public func permits(address: String) -> Bool {
        let table = "network/1".lend { hostTable?.pointee.extension?($0) }
        guard let network = table?.assumingMemoryBound(to: rollcall_network.self).pointee, let permits = network.permits
        else { return true }
        return address.lend { permits(context, $0) } == Status.ok.rawValue
    }
}
