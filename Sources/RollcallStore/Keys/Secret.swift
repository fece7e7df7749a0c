internal import Glibc

/// Bytes that must not be seen: in memory that is not swapped and not dumped, wiped when let go. Every way to print it
/// says `[secret]`, and it cannot be encoded.
///
/// Unchecked: the bytes never change between init and deinit.
package final class Secret: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    package let count: Int

    private let isMapped: Bool

    package init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        let page = max(4096, Int(sysconf(CInt(_SC_PAGESIZE))))
        let size = (count + page) / page * page
        let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if let start, start != MAP_FAILED {
            memory = UnsafeMutableRawBufferPointer(start: start, count: size)
            isMapped = true
            // Both are a precaution: a limit on locked memory is no reason to fail.
            mlock(start, size)
            madvise(start, size, CInt(MADV_DONTDUMP))
        } else {
            memory = .allocate(byteCount: size, alignment: 16)
            isMapped = false
        }
        memory.copyBytes(from: bytes)
    }

    package convenience init(_ text: String) { self.init(text.utf8) }

    deinit {
        if let start = memory.baseAddress { explicit_bzero(start, memory.count) }
        if isMapped {
            munmap(memory.baseAddress, memory.count)
        } else {
            memory.deallocate()
        }
    }

    package func withBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }
}

extension Secret {
    /// The secret as text, for where nothing else is taken. The copy is not wiped: keep it short-lived.
    package var revealed: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Swift.Mirror { Swift.Mirror(self, children: []) }
}
