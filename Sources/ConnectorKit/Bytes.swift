/// Texts at the border: what goes out is lent for one call, what comes in is copied before it is kept.

internal import CRollcall

/// A piece of a buffer that somebody else owns. Good as long as that buffer stays where it is.
public typealias Bytes = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
    init(_ text: rollcall_str) {
        self.init(start: text.len == 0 ? nil : text.data, count: text.data == nil ? 0 : text.len)
    }

    var lent: rollcall_str { rollcall_str(data: baseAddress?.assumingMemoryBound(to: CChar.self), len: count) }
}

extension String {
    /// Lends the text's UTF-8 to `body`.
    func lend<Result>(_ body: (rollcall_str) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { body(Bytes($0).lent) }
    }

    init(copying text: rollcall_str) { self.init(decoding: Bytes(text), as: UTF8.self) }
}
