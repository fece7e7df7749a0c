internal import RollcallGateway

/// The keys of one of `gateway.exports`: a file that is kept in step with the address books by itself.
extension ConfigurationKey {
    static let exportFields: [ConfigurationKey] = [
        .init("format", .choice(ExportFormat.allCases.map(\.rawValue)), nil, "One of `book export`."),
        .init("domain", .text, "all", "A domain, or all."),
        .init("to", .path, nil, "The file, replaced in one step."),
        .init(
            "grace", .choice(["keep", "leave_out"]), "keep",
            "Whether addresses in grace are in a table of recipients. Leave them out of one that is asked before the "
                + "lookup service: that says try later."),
        .init(
            "command", .words, nil,
            "Run when the file is new: a program with its full path, and arguments. No shell."),
    ]

    static let exportAbout =
        "Files that are written anew after each new edition, within two seconds. A list; of each: format (of `book "
        + "export`), domain (or all, the default), to (the file, replaced in one step), grace (keep, the default, "
        + "or leave_out, for a table that is asked before the lookup service), and command, a list of a program "
        + "and its arguments, run without a shell when the file is new (at most a minute, ROLLCALL_FILE names the "
        + "file). What fails is tried again and shown by `rollcall status`; it fails no run."
}

extension Configuration {
    /// `gateway.exports`, paths made absolute.
    var exports: [ExportJob] {
        (values["gateway.exports"]?.rows ?? []).compactMap { row in
            guard let format = row["format"].flatMap({ ExportFormat(rawValue: $0.text) }), let to = row["to"] else {
                return nil
            }
            let domain = row["domain"]?.text ?? "all"
            return ExportJob(
                format: format, domain: domain == "all" ? nil : domain, path: absolute(to.text),
                activeOnly: row["grace"]?.text == "leave_out",
                command: row["command"]?.items ?? [])
        }
    }
}

extension ConfigurationCheck {
    /// What is wrong with one of the exports as a whole.
    static func flaw(export row: [String: ConfigurationValue]) -> String? {
        for name in ["format", "to"] where row[name] == nil { return "an export needs \(name)" }
        if let program = row["command"]?.items.first, !program.hasPrefix("/") {
            return "the command \(quoted(program)) must begin with the full path of a program, like /usr/sbin/postfix"
        }
        if let domain = row["domain"]?.text, domain != "all", (try? DomainReference.name(domain)) != domain {
            return "\(quoted(domain)) is no domain: a name in lower case, or all"
        }
        return nil
    }
}
