internal import RollcallGateway

/// The recipes: each was run against the real program in the tests.
extension GatewayRecipe {
    /// As Postfix's tables name it. A path in the queue directory works for chrooted processes and others alike when it
    /// is relative.
    func map(_ name: GatewayMap) -> String {
        switch place {
        case .tcp(let host, let port):
            "socketmap:inet:\(host.contains(":") ? "[\(host)]" : host):\(port):\(name.rawValue)"
        case .unix(let path): "socketmap:unix:\(Self.inQueue(path)):\(name.rawValue)"
        }
    }

    private static func inQueue(_ path: String) -> String {
        let queue = "/var/spool/postfix/"
        return path.hasPrefix(queue) ? String(path.dropFirst(queue.count)) : path
    }

    var postfix: String {
        """
        # main.cf: Rollcall says who may receive mail. Tried with Postfix 3.7.
        # Static on purpose: were this a table of Rollcall, its absence would put off mail for foreign domains, too.
        relay_domains = \(domains.joined(separator: ", "))

        # The simple form. While Rollcall is away, senders are told to try later; nobody is refused.
        relay_recipient_maps = \(map(.recipients))
        # The best form: while Rollcall is away, known recipients are accepted from the file. gateway.exports keeps it in
        # step: {format: lmdb, to: /etc/postfix/rollcall-recipients.lmdb, grace: leave_out}
        #relay_recipient_maps = lmdb:/etc/postfix/rollcall-recipients,
        #    \(map(.recipients))

        # Where mail goes: each domain's inbound servers, by preference; or one server for all.
        transport_maps = \(map(.transport))
        #relay_transport = smtp:[mail.example.com]

        local_recipient_maps =
        mydestination =
        unknown_relay_recipient_reject_code = 550
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination

        # Only to have aliases written anew at the gateway: an alias becomes its account, and a list its members where
        # `rollcall domain set DOMAIN expand_lists=on` says so. While Rollcall is away, this puts off all mail.
        #virtual_alias_maps = \(map(.aliases))
        #virtual_alias_domains =

        # For a first week of only logging who would be refused, these two lines. Mail is accepted as before.
        #smtpd_reject_unlisted_recipient = no
        #smtpd_recipient_restrictions = warn_if_reject reject_unlisted_recipient

        # Check: postmap -q user@\(domains[0]) '\(map(.recipients))'

        """
    }

    /// Behind `readsocket`.
    private var eximSocket: String {
        switch place {
        case .tcp(let host, let port): "inet:\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .unix(let path): path
        }
    }

    var exim: String {
        #"""
        # Exim: in the main section,
        domainlist relay_to_domains = \#(domains.joined(separator: " : "))
        # and in the ACL of acl_smtp_rcpt, before `accept domains = +relay_to_domains`. Tried with Exim 4.96.
          warn  domains = +relay_to_domains
                set acl_m_key = recipients ${lc:$local_part@$domain}
                set acl_m_roll = ${readsocket{\#(eximSocket)}{${strlen:$acl_m_key}:$acl_m_key,}{5s}{}{unavailable}}
          defer domains = +relay_to_domains
                message = 4.3.0 recipient directory unavailable
                condition = ${if match{$acl_m_roll}{\N^\d+:(OK |NOTFOUND)\N}{no}{yes}}
          deny  domains = +relay_to_domains
                message = 550 5.1.1 unknown user
                condition = ${if match{$acl_m_roll}{\N^\d+:NOTFOUND\N}{yes}{no}}

        # Or, without asking anybody, from a file that gateway.exports keeps in step ({format: cdb, to:
        # /etc/exim4/rollcall.cdb}); without the file, mail waits.
        #  deny  domains = +relay_to_domains
        #        message = 550 5.1.1 unknown user
        #        condition = ${lookup{${lc:$local_part@$domain}}cdb*@{/etc/exim4/rollcall.cdb}{no}{yes}}

        """#
    }

    func rspamd(base: String) -> String {
        """
        # Rspamd: local.d/multimap.conf. It judges whole messages, not single recipients: for a symbol that says that a
        # recipient is known, not for refusing. TOKEN: `rollcall token create --name rspamd` with scope maps.
        ROLLCALL_RECIPIENT {
          type = "rcpt";
          map = "\(base)/maps/all.txt?token=TOKEN";
          symbol = "ROLLCALL_RECIPIENT";
          score = 0.0;
          description = "The recipient is in Rollcall's address book";
        }

        """
    }
}
