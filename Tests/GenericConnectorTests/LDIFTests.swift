import ConnectorKit
import ConnectorTesting
import Testing

struct LDIFTests {
    @Test("entries, folded lines, base64, comments and members in any order")
    func reads() throws {
        let read = try read(
            """
            # extended LDIF
            #
            # a comment that goes on
              over two lines

            version: 1
            dn: OU=People,DC=a,DC=example
            objectClass: organizationalUnit

            dn: CN=Staff\\2C all,DC=a,DC=example
            objectClass: groupOfNames
            cn: Staff
            mail: staff@a.example
            member: cn=ann , ou=People, dc=A,dc=example
            member: CN=Bob,OU=People,DC=a,
             DC=example
            member: CN=Nobody,DC=a,DC=example

            dn: CN=Ann,OU=People,DC=a,DC=example
            objectClass: user
            cn:: w4RubmE=
            objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==
            mail: ann@a.example
            proxyAddresses: SMTP:ann@a.example
            proxyAddresses: smtp:a@a.example

            dn: CN=Bob,OU=People,DC=a,DC=example
            objectClass: contact
            mail: Bob@a.example
            mail: b@a.example

            dn: CN=Everybody,DC=a,DC=example
            objectClass: group
            entryUUID: 77
            member: CN=Staff\\, all,DC=a,DC=example

            # search result
            search: 2
            result: 0 Success

            # numResponses: 6

            """)
        let ann = "04030201-0605-0807-090a-0b0c0d0e0f10"
        #expect(read.status == .ok, "\(read.problems)")
        #expect(
            read.records == [
                "group staff@a.example mail=staff@a.example displayName=Staff",
                "user \(ann) mail=ann@a.example proxyAddress=SMTP:ann@a.example proxyAddress=smtp:a@a.example"
                    + " displayName=Änna type=user",
                "contact bob@a.example mail=Bob@a.example alias=b@a.example",
                "group 77",
                "membership staff@a.example < \(ann)", "membership staff@a.example < bob@a.example",
                "membership 77 < staff@a.example",
            ])
        #expect(read.host.records[1].attributes.last == ["where", "CN=Ann,OU=People,DC=a,DC=example"])
    }

    @Test("CR+LF and attributes of one's own")
    func settings() throws {
        let read = try read(
            "dn: uid=1\r\nuid: 1\r\nemail-address: a@x\r\n\r\ndn: uid=2\r\nuid: 2\r\nemail-address: b@x\r\n",
            ["email_column": "email-address", "id_column": "uid"])
        #expect(read.status == .ok, "\(read.problems)")
        #expect(read.records == ["user 1 mail=a@x type=user", "user 2 mail=b@x type=user"])
    }

    static let bad: [(String, String)] = [
        ("dn: cn=a\nmail: a@x", "middle of a line"),
        ("dn: cn=a\nmail:: YUB", "middle of a line"),
        ("dn: cn=a\nmail:: YUB\n", "base64 value that is damaged"),
        ("dn: cn=a\nmail: a@x\n\ndn: cn=b\n", "seems to have been cut"),
        ("dn: cn=a\nmail a@x\n", "a line without a colon"),
        ("dn: cn=a\nmail:< file:///x\n", "a value from a URL"),
        ("dn: cn=a\nchangetype: delete\n", "holds changes"),
        ("dn: cn=a\nmail: a@x\n\nmail: b@x\n", "has no DN"),
        ("dn: cn=a\nmail: a@x\n\nsearch: 2\nresult: 4 Size limit exceeded\n", "ended with error 4"),
        ("dn: cn=a\nmail: a@x\n\ndn: cn=b\nmail: a@x\ncn: B\n", "has the id \"a@x\""),
    ]

    @Test("LDIF that is not right is never complete", arguments: bad)
    func refuses(text: String, says: String) throws {
        let read = try read(text)
        #expect(read.status == .failed, "\(read.records)")
        #expect(read.problems.first?.text.contains(says) == true, "\(read.problems)")
    }
}
