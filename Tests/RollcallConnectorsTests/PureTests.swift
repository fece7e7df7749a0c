import RollcallConnectors
import Testing

/// What needs no worker.
@Suite("networks")
struct NetworkTests {
    @Test(
        "each policy permits what it should",
        arguments: [
            ("any", "10.0.0.1", true), ("any", "127.0.0.1", true), ("any", "169.254.169.254", false),
            ("any", "::ffff:169.254.169.254", false), ("any", "fe80::1", false), ("any", "fd00:ec2::254", false),
            ("any", "64:ff9b::a9fe:a9fe", false), ("any", "168.63.129.16", false), ("any", "nonsense", false),
            ("any", "10.0.0.1:80", false), ("any", "2001:4860::1", true), ("public", "93.184.216.34", true),
            ("public", "10.0.0.1", false), ("public", "127.0.0.1", false), ("public", "::1", false),
            ("public", "fc00::1", false), ("public", "::ffff:192.168.1.1", false), ("public", "2606:2800::1", true),
            ("public", "0.0.0.0", false), ("public", "100.64.0.1", false), ("10.1.0.0/16", "10.1.255.255", true),
            ("10.1.0.0/16", "10.2.0.0", false), ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
            ("0.0.0.0/0", "169.254.1.1", false), ("0.0.0.0/0", "8.8.8.8", true), ("::/0", "8.8.8.8", true),
            ("192.168.0.0/30", "192.168.0.3", true), ("192.168.0.0/30", "192.168.0.4", false),
        ])
    func permits(policy: String, address: String, verdict: Bool) throws {
        #expect(try #require(NetworkPolicy(policy)).permits(address) == verdict)
    }

    @Test("what is no policy is none", arguments: ["publik", "10.0.0.0/33", "10.0.0/8", "any public", "::/129"])
    func refused(text: String) { #expect(NetworkPolicy(text) == nil) }

    @Test("a policy reads back as it was written")
    func text() {
        for text in ["any", "public", "10.0.0.0/8 2001:db8::/32"] { #expect(NetworkPolicy(text)?.text == text) }
    }
}
