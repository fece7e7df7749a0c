/// What a plan does to one entry of the book: the entry before and after, why, and where aliases came from or went to.
/// A plan is a row of these. Applying writes the afters, undoing writes the befores, and the operations that people
/// read follow from both, so that what was shown, what is done and what is taken back cannot differ.

package enum ChangeReason: UInt8, Sendable, CaseIterable {
    case appeared = 1, changed, gone, disabled, excluded, addressless, clashed, filtered, returned, yielded, adopted
    case undone

    /// A sentence's end for people; `note` is the pattern, the run or the other entry.
    package func text(_ note: String) -> String {
        switch self {
        case .appeared: "new in the directory"
        case .changed: "changed in the directory"
        case .gone: "gone from the directory"
        case .disabled: "sign-in is disabled, and such accounts are left out"
        case .excluded: "excluded by the pattern \(note)"
        case .addressless: "the directory has no usable address for it any more"
        case .clashed: "its addresses belong to others"
        case .filtered: "a system object, which is left out"
        case .returned: "back in the directory"
        case .yielded: "in grace, and its address passes to \(note)"
        case .adopted: "taken over from \(note)"
        case .undone: "takes back run \(note)"
        }
    }
}

package struct EntryChange: Equatable, Sendable {
    /// An alias that goes from one entry to another; `other` is the primary of the entry on the other side.
    package struct Move: Equatable, Sendable {
        package var alias: String
        package var other: String
    }

    package var before: Entry?
    package var after: Entry?
    package var reason: ChangeReason
    package var note = ""
    package var gained: [Move] = []
    package var lost: [Move] = []

    package init(before: Entry?, after: Entry?, reason: ChangeReason, note: String = "") {
        self.before = before
        self.after = after
        self.reason = reason
        self.note = note
    }

    /// The change that takes this one back.
    package func reversed(run: String) -> EntryChange {
        var change = EntryChange(before: after, after: before, reason: .undone, note: run)
        change.gained = lost
        change.lost = gained
        return change
    }

    // MARK: Bytes: u8 sides · u8 reason · note · [before] · [after] · n · n gained · n · n lost

    package func append(to bytes: inout [UInt8]) {
        bytes.append((before == nil ? 0 : 1) | (after == nil ? 0 : 2))
        bytes.append(reason.rawValue)
        bytes.append(text: note)
        for entry in [before, after] {
            entry?.withRow(key: entry?.key ?? []) { $0.append(to: &bytes) }
        }
        for moves in [gained, lost] {
            bytes.append(varint: UInt64(moves.count))
            for move in moves {
                bytes.append(text: move.alias)
                bytes.append(text: move.other)
            }
        }
    }

    /// Appends an added entry from its parts, with no Strings made: a first sync is all of these.
    package static func appendAddition(row: BookRow, gained: [Move], to bytes: inout [UInt8]) {
        bytes.append(2)
        bytes.append(ChangeReason.appeared.rawValue)
        bytes.append(varint: 0)
        row.append(to: &bytes)
        bytes.append(varint: UInt64(gained.count))
        for move in gained {
            bytes.append(text: move.alias)
            bytes.append(text: move.other)
        }
        bytes.append(varint: 0)
    }
}

/// A change as it stands in a plan's bytes, taken apart only as far as one asks.
package struct ChangeView {
    package let before: BookRow?
    package let after: BookRow?
    package let reason: ChangeReason
    package let note: UnsafeRawBufferPointer
    package let gained: [EntryChange.Move]
    package let lost: [EntryChange.Move]

    /// The next change of a plan's bytes; `nil` at the end, or where they are damaged (`isDamaged`).
    package init?(_ reader: inout ByteReader) {
        guard let sides = reader.number(UInt8.self), let reasonByte = reader.number(UInt8.self),
            let reason = ChangeReason(rawValue: reasonByte), let note = reader.counted()
        else { return nil }
        self.reason = reason
        self.note = note
        var rows: [BookRow?] = [nil, nil]
        for side in 0..<2 where sides & (1 << side) != 0 {
            guard let row = BookRow(&reader) else { return nil }
            rows[side] = row
        }
        (before, after) = (rows[0], rows[1])
        guard let gained = Self.moves(&reader), let lost = Self.moves(&reader) else { return nil }
        (self.gained, self.lost) = (gained, lost)
    }

    private static func moves(_ reader: inout ByteReader) -> [EntryChange.Move]? {
        guard let count = reader.varint() else { return nil }
        var moves: [EntryChange.Move] = []
        for _ in 0..<count {
            guard let alias = reader.text(), let other = reader.text() else { return nil }
            moves.append(EntryChange.Move(alias: alias, other: other))
        }
        return moves
    }

    package var change: EntryChange {
        var change = EntryChange(
            before: before?.entry, after: after?.entry, reason: reason, note: String(decoding: note, as: UTF8.self))
        change.gained = gained
        change.lost = lost
        return change
    }
}

extension Entry {
    /// The compare key of the primary, as bytes.
    package var key: [UInt8] { Address.key(of: primary) }
}
