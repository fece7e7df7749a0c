internal import ArgumentParser
internal import FoundationEssentials

/// Man pages in roff: rollcall(1), one page for each noun, rollcall.yaml(5).
enum ManualPage {
    static func all() throws -> [(name: String, text: String)] {
        let dump = RollcallCommand._dumpHelp()
        let root = try JSONDecoder().decode(HelpDump.self, from: Data(dump.utf8)).command
        var pages = [("rollcall.1", overview(root))]
        for noun in root.children { pages.append(("rollcall-\(noun.commandName).1", page(noun))) }
        pages.append(("rollcall.yaml.5", keys()))
        return pages
    }

    private static func overview(_ root: HelpDump.Command) -> String {
        var text = heading("ROLLCALL", 1, "rollcall", root.abstract ?? "")
        text += ".SH SYNOPSIS\n.B rollcall\n[\\-\\-config FILE] [\\-\\-json] NOUN VERB ...\n"
        text += ".SH COMMANDS\n"
        for noun in root.children {
            text += ".TP\n.BR rollcall\\-\(roff(noun.commandName)) (1)\n\(roff(noun.abstract ?? ""))\n"
        }
        text += """
            .SH OPTIONS
            .TP
            .BI \\-\\-config " FILE"
            The configuration to use; else $ROLLCALL_CONFIG, else etc/rollcall/rollcall.yaml of the installation, else
            /etc/rollcall/rollcall.yaml.
            .TP
            .B \\-\\-json
            Answer with exactly one JSON document on standard output.
            .SH EXIT STATUS
            0 done, also when nothing changed; 1 failed; 3 held by the Operations Limit; 4 a person must act (settings,
            consent, permission); 5 unavailable, try later; 6 busy, another run holds the source; 64 usage;
            78 configuration.
            .SH ENVIRONMENT
            Every key of the configuration can be overridden: http.listen by ROLLCALL_HTTP_LISTEN.
            .SH SEE ALSO
            .BR rollcall.yaml (5)

            """
        return text
    }

    private static func page(_ noun: HelpDump.Command) -> String {
        var text = heading(
            "ROLLCALL-\(noun.commandName.uppercased())", 1, "rollcall-\(noun.commandName)", noun.abstract ?? "")
        text += ".SH COMMANDS\n"
        let verbs = noun.children.isEmpty ? [noun] : noun.children
        for verb in verbs {
            let name = noun.children.isEmpty ? noun.commandName : "\(noun.commandName) \(verb.commandName)"
            text += ".SS rollcall \(roff(name))\n\(roff(verb.abstract ?? ""))\n"
            if let discussion = verb.discussion { text += ".PP\n\(roff(discussion))\n" }
            for argument in verb.arguments ?? [] where argument.shouldDisplay {
                guard argument.valueName != "help", argument.names?.contains(where: { $0.name == "help" }) != true
                else {
                    continue
                }
                text += ".TP\n.B \(roff(argument.title))\n\(roff(argument.abstract ?? ""))\n"
            }
        }
        return text + ".SH SEE ALSO\n.BR rollcall (1), rollcall.yaml (5)\n"
    }

    private static func keys() -> String {
        var text = heading("ROLLCALL.YAML", 5, "rollcall.yaml", "configuration of Rollcall")
        text += ".SH KEYS\n"
        for key in ConfigurationKey.all {
            text += ".TP\n.B \(roff(key.name))\n\(roff(key.about))\n"
            if let standard = key.standard { text += "Default: \(roff(standard)).\n" }
            text += "Environment: \(roff(key.variable)).\n"
        }
        return text + ".SH SEE ALSO\n.BR rollcall (1)\n"
    }

    private static func heading(_ title: String, _ section: Int, _ name: String, _ about: String) -> String {
        ".TH \(title) \(section) \"\" \"Rollcall \(Version.text)\"\n.SH NAME\n\(roff(name)) \\- \(roff(about))\n"
    }

    /// A line that begins with a dot or an apostrophe would be a command; hyphens are to be copied as such.
    static func roff(_ text: String) -> String {
        var result: [UInt8] = []
        var startOfLine = true
        for byte in text.utf8 {
            if startOfLine, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "'") { result += Array("\\&".utf8) }
            switch byte {
            case UInt8(ascii: "\\"): result += Array("\\e".utf8)
            case UInt8(ascii: "-"): result += Array("\\-".utf8)
            default: result.append(byte)
            }
            startOfLine = byte == 0x0A
        }
        return String(decoding: result, as: UTF8.self)
    }
}
