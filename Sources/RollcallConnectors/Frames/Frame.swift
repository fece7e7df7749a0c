internal import RollcallCore

/// What passes between host and worker over descriptor 3: `u32 length · u8 type · body`, little endian, `length` being
/// that of type and body. Both sides read with the same bounds-checked reader; the host believes nothing it reads.

enum FrameType: UInt8, Sendable {
    // From the host.
    /// The job: which library, under which limits, with which settings. Always the first frame, and the only one.
    case open = 1
    case call, sync, cancel, close
    /// The setting of the last `save` is on disk (1), or is not (0).
    case saved

    // From the worker.
    /// The sandbox stands and the library is about to be loaded: time limits begin here, not at the spawn.
    case ready = 32
    case log, problem, answer, save, records, checkpoint, progress, waiting
    /// One call is over, with its status.
    case done
    /// What a scan found: one frame a connector of the library.
    case table
    /// One finding of the conformance kit.
    case finding
}

enum FrameLimits {
    /// Of type and body. Checked before any memory is set aside for it.
    static let length = 4 << 20
    static let state = 64 << 10
    static let head = 5
}

/// Builds one frame.
struct FrameWriter {
    private(set) var bytes: [UInt8]

    init(_ type: FrameType) {
        bytes = [0, 0, 0, 0, type.rawValue]
    }

    mutating func number<T: FixedWidthInteger>(_ value: T) { bytes.append(number: value) }
    mutating func text(_ value: String) { bytes.append(text: value) }
    mutating func counted(_ value: UnsafeRawBufferPointer) { bytes.append(counted: value) }
    mutating func counted(_ value: [UInt8]) { value.withUnsafeBytes { bytes.append(counted: $0) } }
    mutating func rest(_ value: UnsafeRawBufferPointer) { bytes.append(contentsOf: value) }

    mutating func pairs(_ pairs: [(name: String, value: String)]) {
        bytes.append(varint: UInt64(pairs.count))
        for pair in pairs {
            text(pair.name)
            text(pair.value)
        }
    }

    mutating func texts(_ texts: [String]) {
        bytes.append(varint: UInt64(texts.count))
        for each in texts { text(each) }
    }

    /// The frame with its length filled in; `nil` where it would be too long.
    consuming func finished() -> [UInt8]? {
        let length = bytes.count - 4
        guard length <= FrameLimits.length else { return nil }
        var frame = bytes
        frame.withUnsafeMutableBytes { $0.storeBytes(of: UInt32(length).littleEndian, as: UInt32.self) }
        return frame
    }
}

extension ByteReader {
    /// Name and value pairs; `nil` where they do not add up.
    mutating func pairs() -> [(name: String, value: String)]? {
        guard let count = varint(), count <= UInt64(rest.count) else { return nil }
        var pairs: [(name: String, value: String)] = []
        for _ in 0..<count {
            guard let name = text(), let value = text() else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    mutating func texts() -> [String]? {
        guard let count = varint(), count <= UInt64(rest.count) else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let each = text() else { return nil }
            texts.append(each)
        }
        return texts
    }
}
