/// Generated people and groups, random changes to them, and what an address book must then hold. One model for all
/// kinds of servers: a `Flavour` says how each writes it.
package import TestSupport

package struct Person: Sendable {
    package var uid: String
    package var unit: Int
    package var mail: String
    package var aliases: [String]
    package var name: String
}

package struct Crowd: Sendable {
    package var name: String
    package var mail: String
    package var people: Set<String>
    package var crowds: Set<String>
}

/// What a mirror, or a model, comes to: addresses with their aliases, lists with the addresses of their members.
package struct Addresses: Equatable, Sendable {
    package var accounts: [String: [String]] = [:]
    package var lists: [String: [String]] = [:]
    package init() {}

    /// What differs, a line each: `-` is only in the other, `+` only here.
    package func difference(from other: Addresses) -> [String] {
        func lines(_ all: Addresses) -> Set<String> {
            Set(
                all.accounts.map { "account \($0) \($1.joined(separator: " "))" }
                    + all.lists.flatMap { list, members in ["list \(list)"] + members.map { "member \($0) of \(list)" }
                    })
        }
        return lines(other).subtracting(lines(self)).map { "- \($0)" }.sorted()
            + lines(self).subtracting(lines(other)).map { "+ \($0)" }.sorted()
    }
}

package struct Flavour: Sendable {
    package var suffix: String
    /// `uid` or `CN`.
    package var naming: String
    package var personClasses: [String]
    package var groupClass: String
    package var groupAuxiliaries: [String] = []
    package var aliasAttribute: String
    /// Before an alias, and before the primary where that is written too.
    package var aliasPrefix = ""
    package var writesPrimary = false
    /// An overlay keeps the members of groups right, and needs to be told whose they are when it did not see it.
    package var writesMemberOf = false
    /// A group may not be empty: somebody stands in.
    package var standIn: String?

    package func unit(_ number: Int) -> String { "ou=Unit\(number),\(suffix)" }
    package func dn(_ person: Person) -> String { "\(naming)=\(person.uid),\(unit(person.unit))" }
    package func dn(crowd name: String) -> String { "cn=\(name),ou=Crowds,\(suffix)" }

    package static let openLDAP = Flavour(
        suffix: Slapd.suffix, naming: "uid", personClasses: ["inetOrgPerson", "mailAccount"],
        groupClass: "groupOfNames",
        groupAuxiliaries: ["mailAccount"], aliasAttribute: "proxyAddresses", aliasPrefix: "smtp:", writesPrimary: true,
        writesMemberOf: true, standIn: Slapd.reader)
}

package struct Population: Sendable {
    package let flavour: Flavour
    package private(set) var people: [String: Person] = [:]
    package private(set) var crowds: [String: Crowd] = [:]
    private var generator: SeededGenerator
    private var made = 0
    private static let units = 4

    package init(_ flavour: Flavour, people count: Int, crowds crowdCount: Int, seed: UInt64) {
        self.flavour = flavour
        generator = SeededGenerator(seed: seed)
        for _ in 0..<count {
            let person = newPerson()
            people[person.uid] = person
        }
        let uids = people.keys.sorted()
        for number in 0..<crowdCount {
            var crowd = Crowd(name: "crowd\(number)", mail: "crowd\(number)@example.com", people: [], crowds: [])
            for _ in 0..<generator.below(30) where !uids.isEmpty { crowd.people.insert(generator.pick(uids)) }
            if number > 0, generator.once(in: 3) { crowd.crowds.insert("crowd\(generator.below(number))") }
            crowds[crowd.name] = crowd
        }
    }

    private mutating func newPerson() -> Person {
        made += 1
        let uid = "p\(made)"
        var aliases: [String] = []
        for number in 0..<generator.below(4) { aliases.append("\(uid).\(number)@example.com") }
        return Person(
            uid: uid, unit: generator.below(Self.units), mail: "\(uid)@example.com", aliases: aliases,
            name: "Person \(made)")
    }

    // MARK: As LDIF

    /// Everything, without changetypes.
    package var ldif: String {
        var text = ""
        for unit in (0..<Self.units).map({ "Unit\($0)" }) + ["Crowds"] {
            text += "dn: ou=\(unit),\(flavour.suffix)\nobjectClass: organizationalUnit\nou: \(unit)\n\n"
        }
        for person in people.values.sorted(by: { $0.uid < $1.uid }) { text += entry(person) + "\n" }
        for crowd in crowds.values.sorted(by: {
            $0.mail.count == $1.mail.count ? $0.mail < $1.mail : $0.mail.count < $1.mail.count
        }) {
            text += entry(crowd) + "\n"
        }
        return text
    }

    private func entry(_ person: Person) -> String {
        var lines = ["dn: \(flavour.dn(person))"] + flavour.personClasses.map { "objectClass: \($0)" }
        if flavour.naming == "uid" { lines += ["uid: \(person.uid)", "cn: \(person.name)"] }
        if flavour.naming == "CN" {
            lines += ["cn: \(person.uid)", "sAMAccountName: \(person.uid)", "userAccountControl: 544"]
        }
        lines += ["sn: \(person.uid)", "displayName: \(person.name)", "mail: \(person.mail)"]
        lines += values(person).map { "\(flavour.aliasAttribute): \($0)" }
        if flavour.writesMemberOf {
            lines += crowds.values.filter { $0.people.contains(person.uid) }.map {
                "memberOf: \(flavour.dn(crowd: $0.name))"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(_ crowd: Crowd) -> String {
        var lines = ["dn: \(flavour.dn(crowd: crowd.name))", "objectClass: \(flavour.groupClass)"]
        lines += flavour.groupAuxiliaries.map { "objectClass: \($0)" } + ["cn: \(crowd.name)"]
        if flavour.naming == "CN" { lines += ["sAMAccountName: \(crowd.name)"] }
        lines += ["mail: \(crowd.mail)"] + members(crowd).map { "member: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func values(_ person: Person) -> [String] {
        (flavour.writesPrimary ? ["\(flavour.aliasPrefix.uppercased())\(person.mail)"] : [])
            + person.aliases.map { flavour.aliasPrefix + $0 }
    }

    private func members(_ crowd: Crowd) -> [String] {
        (flavour.standIn.map { [$0] } ?? []) + crowd.people.sorted().compactMap { people[$0].map(flavour.dn) }
            + crowd.crowds.sorted().map { flavour.dn(crowd: $0) }
    }

    // MARK: Changes

    /// So many random changes, made in the model; the LDIF that makes them in the directory.
    package mutating func change(_ count: Int) -> String {
        (0..<count).map { _ in changeOne() }.joined()
    }

    private mutating func changeOne() -> String {
        let uids = people.keys.sorted()
        guard uids.count > 5 else { return add() }
        let uid = generator.pick(uids)
        switch generator.below(10) {
        case 0, 1: return add()
        case 2: return delete(uid)
        case 3: return rename(uid)
        case 4: return move(uid)
        case 5: return changePrimary(uid)
        case 6, 7: return changeAliases(uid)
        default: return changeMembers(uid)
        }
    }

    private mutating func add() -> String {
        let person = newPerson()
        people[person.uid] = person
        return entry(person).replacing("\n", with: "\nchangetype: add\n", maxReplacements: 1) + "\n"
    }

    private mutating func delete(_ uid: String) -> String {
        guard let person = people.removeValue(forKey: uid) else { return "" }
        for name in crowds.keys { crowds[name]?.people.remove(uid) }
        return "dn: \(flavour.dn(person))\nchangetype: delete\n\n"
    }

    private mutating func rename(_ uid: String) -> String {
        guard var person = people.removeValue(forKey: uid) else { return "" }
        let old = flavour.dn(person)
        made += 1
        person.uid = "r\(made)"
        people[person.uid] = person
        for name in crowds.keys where crowds[name]?.people.remove(uid) != nil {
            crowds[name]?.people.insert(person.uid)
        }
        return "dn: \(old)\nchangetype: modrdn\nnewrdn: \(flavour.naming)=\(person.uid)\ndeleteoldrdn: 1\n\n"
    }

    private mutating func move(_ uid: String) -> String {
        guard var person = people[uid] else { return "" }
        let old = flavour.dn(person)
        person.unit = (person.unit + 1 + generator.below(Self.units - 1)) % Self.units
        people[uid] = person
        return "dn: \(old)\nchangetype: modrdn\nnewrdn: \(flavour.naming)=\(uid)\ndeleteoldrdn: 1\n"
            + "newsuperior: \(flavour.unit(person.unit))\n\n"
    }

    private mutating func changePrimary(_ uid: String) -> String {
        guard var person = people[uid] else { return "" }
        made += 1
        // The old address stays as an alias: the commonest change there is.
        person.aliases.append(person.mail)
        person.mail = "new\(made)@example.com"
        people[uid] = person
        return "dn: \(flavour.dn(person))\nchangetype: modify\nreplace: mail\nmail: \(person.mail)\n-\n"
            + replaceAliases(person)
    }

    private mutating func changeAliases(_ uid: String) -> String {
        guard var person = people[uid] else { return "" }
        if !person.aliases.isEmpty, generator.once(in: 2) {
            person.aliases.remove(at: generator.below(person.aliases.count))
        } else {
            made += 1
            person.aliases.append("alias\(made)@example.com")
        }
        people[uid] = person
        return "dn: \(flavour.dn(person))\nchangetype: modify\n" + replaceAliases(person)
    }

    private func replaceAliases(_ person: Person) -> String {
        "replace: \(flavour.aliasAttribute)\n" + values(person).map { "\(flavour.aliasAttribute): \($0)\n" }.joined()
            + "-\n\n"
    }

    private mutating func changeMembers(_ uid: String) -> String {
        let names = crowds.keys.sorted()
        guard !names.isEmpty, let person = people[uid] else { return "" }
        let name = generator.pick(names)
        let isIn = crowds[name]?.people.contains(uid) ?? false
        if isIn { crowds[name]?.people.remove(uid) } else { crowds[name]?.people.insert(uid) }
        return "dn: \(flavour.dn(crowd: name))\nchangetype: modify\n\(isIn ? "delete" : "add"): member\n"
            + "member: \(flavour.dn(person))\n-\n\n"
    }

    // MARK: What must come of it

    package var addresses: Addresses {
        var result = Addresses()
        for person in people.values { result.accounts[person.mail] = person.aliases.sorted() }
        for crowd in crowds.values {
            result.lists[crowd.mail] =
                (crowd.people.compactMap { people[$0]?.mail }
                + crowd.crowds.compactMap { crowds[$0]?.mail }).sorted()
        }
        return result
    }
}
