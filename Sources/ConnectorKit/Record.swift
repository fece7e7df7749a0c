/// The words of a record: what is done, to what kind of object, under which attribute names.

/// What to do with an object.
public enum RecordOperation: UInt16, Sendable {
    /// The whole object: attributes not listed are gone.
    case put = 1
    /// Only what changed. A name whose only value is empty is removed.
    case patch = 2
    /// A tombstone.
    case delete = 3
}

public enum RecordKind: UInt16, Sendable {
    /// A person's or a shared mailbox.
    case user = 1
    /// A list or group, without its members.
    case group = 2
    /// An address outside the directory.
    case contact = 3
    /// A room or a piece of equipment.
    case resource = 4
    /// "peer is in id".
    case membership = 5
}

/// A name of the Rollcall vocabulary, or any other: `AttributeName("department")`.
public struct AttributeName: Sendable {
    let text: StaticString

    public init(_ text: StaticString) { self.text = text }

    public static let mail = AttributeName("mail")
    public static let proxyAddress = AttributeName("proxyAddress")
    public static let alias = AttributeName("alias")
    public static let displayName = AttributeName("displayName")
    public static let type = AttributeName("type")
    public static let enabled = AttributeName("enabled")
    public static let mailbox = AttributeName("mailbox")
    public static let hidden = AttributeName("hidden")
    public static let listType = AttributeName("listType")
    public static let created = AttributeName("created")
    public static let changed = AttributeName("changed")
    public static let `where` = AttributeName("where")
}
