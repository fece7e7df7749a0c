internal import CLMDB
internal import Glibc

/// The table that Postfix opens as `lmdb:`: one nameless database, no folder around it, no lock file (Postfix locks the
/// file itself). Keys and values end with a zero byte, as Postfix writes them on Linux; it finds them either way.
final class LMDBTable: RecipientTable {
    private let file: AtomicFile
    private var environment: OpaquePointer?
    private var transaction: OpaquePointer?
    private var database: MDB_dbi = 0
    private var key: [UInt8] = []
    private var value: [UInt8] = []

    /// Room for the file's pages in the address space, no more than a number: about a hundred million addresses.
    private static let room = 16 << 30
    /// So many records, and what was written leaves the memory.
    private static let step = 50_000
    private var pending = 0

    init(_ file: AtomicFile) throws {
        self.file = file
        try check(mdb_env_create(&environment))
        try check(mdb_env_set_mapsize(environment, Self.room))
        // Not synced here: the file is, once, before it is renamed.
        let flags = UInt32(MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC)
        try check(mdb_env_open(environment, file.temporary, flags, 0o600))
        try check(mdb_txn_begin(environment, nil, 0, &transaction))
        try check(mdb_dbi_open(transaction, nil, 0, &database))
    }

    deinit {
        if let transaction { mdb_txn_abort(transaction) }
        if let environment { mdb_env_close(environment) }
    }

    func stamp(_ stamp: ExportStamp) throws {
        var key = stamp.key
        try key.withUTF8 { try add(UnsafeRawBufferPointer($0), stamp.value) }
    }

    func add(_ key: UnsafeRawBufferPointer, _ kind: String) throws {
        self.key.removeAll(keepingCapacity: true)
        self.key.append(contentsOf: key)
        self.key.append(0)
        value.removeAll(keepingCapacity: true)
        value.append(contentsOf: kind.utf8)
        value.append(0)
        let code = self.key.withUnsafeMutableBytes { key in
            value.withUnsafeMutableBytes { value in
                var entry = MDB_val(mv_size: key.count, mv_data: key.baseAddress)
                var data = MDB_val(mv_size: value.count, mv_data: value.baseAddress)
                return mdb_put(transaction, database, &entry, &data, UInt32(MDB_NOOVERWRITE))
            }
        }
        if code == MDB_KEYEXIST { return }
        try check(code)
        pending += 1
        if pending == Self.step {
            pending = 0
            try commit()
            try check(mdb_txn_begin(environment, nil, 0, &transaction))
        }
    }

    func finish() throws {
        try commit()
        mdb_env_close(environment)
        environment = nil
    }

    private func commit() throws(ExportFailure) {
        let code = mdb_txn_commit(transaction)
        transaction = nil
        try check(code)
    }

    private func check(_ code: Int32) throws(ExportFailure) {
        guard code != 0 else { return }
        throw ExportFailure(
            "The file \(file.path) cannot be written: \(String(cString: mdb_strerror(code))).", isDisk: code == EIO)
    }
}
