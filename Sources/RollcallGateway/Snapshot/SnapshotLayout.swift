/// The bytes of a snapshot: one domain's address book as gateways are answered from it, with everything that an answer
/// needs and nothing else. The same bytes lie in memory, in the snapshot folder and on a replica, so they are the same
/// on every machine (little endian, no padding) and are read as if they came from an enemy.
///
///     header   80 bytes, see `Header`
///     facts    name · n aliases · sub-address characters · catch-all · n servers of (host · port · preference)
///     records  u8 kind, bit 7 grace · u8 length · local part · for an alias u32 the record that it stands for,
///              for a list u32 where its members are + 1, or 0 · in grace instead of these i64 the end, seconds
///     members  a list's: n · n addresses
///     slots    a power of two of u32: a record's offset + 1 at the first free place from its hash on, or 0
///     digest   XXH3, 128 bits, of all that is before it
///
/// Texts stand behind their length as a varint. Only local parts are kept: the domain is the snapshot's, or one of its
/// aliases. A local part beyond ASCII stands twice if its folded form differs, for mail servers fold what they ask.
enum SnapshotLayout {
    static let magic = Array("ROLLSNAP".utf8)
    static let version: UInt32 = 1
    static let digestLength = 16
    /// More than any book: offsets are 32 bits.
    static let longest = Int(UInt32.max)

    static let grace: UInt8 = 0x80
    /// Beside the kinds of entries (1 to 6).
    static let alias: UInt8 = 7

    struct Header {
        static let length = 80

        var flags: UInt32 = 0
        var edition: Int64 = 0
        /// Seconds: when it was made from the store.
        var madeAt: Int64 = 0
        /// Seconds: when a source of the domain was last read well; 0 for never.
        var syncedAt: Int64 = 0
        /// Of the hash, random: who feeds a directory shall not be able to choose colliding addresses.
        var seed: UInt64 = 0
        var factsLength: UInt32 = 0
        var recordsLength: UInt32 = 0
        var membersLength: UInt32 = 0
        var slotCount: UInt32 = 0
        var recordCount: UInt32 = 0
        /// Addresses; what stands twice counts once.
        var addressCount: UInt32 = 0
    }

    enum Flag {
        static let enforces: UInt32 = 1
        static let isSynced: UInt32 = 2
    }
}
