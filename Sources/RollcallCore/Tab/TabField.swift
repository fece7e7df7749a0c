/// One field of a Sync tab, as the connector declares it.
package struct TabField: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case text, multiline, secret, number, `switch`, choice, list, url, host, path, file, note
    }

    package struct Option: Sendable, Equatable {
        package var value: String
        package var label: String
    }

    package var id: String
    /// An unknown type is shown and kept as text.
    package var type: Kind
    package var label: String
    package var help: String?
    package var placeholder: String?
    package var required = false
    package var `default`: String?
    package var min: Double?
    package var max: Double?
    package var maxLength: Int?
    package var pattern: Pattern?
    package var patternHelp: String?
    package var options: [Option] = []
    package var suggest = false
    package var advanced = false
    /// Kept by the connector's own `save`, never shown.
    package var hidden = false
    package var style: String?
    /// All must hold for the field to count.
    package var when: [TabCondition] = []
    /// For a secret: the fields that decide where it is sent. When one of them changes, the secret is forgotten.
    package var secretFor: [String] = []
    /// A path field whose value may be `posted`: the list last posted to the domain.
    package var posted = false

    package var isSecret: Bool { type == .secret }
    package var takesValue: Bool { type != .note }

    package init(id: String, type: Kind, label: String) {
        self.id = id
        self.type = type
        self.label = label
    }
}

/// `{"field": "auth", "is": ["app"]}`.
package struct TabCondition: Sendable, Equatable {
    package var field: String
    package var values: [String]
}

package struct TabSection: Sendable, Equatable {
    package var id: String
    package var label: String
    package var help: String?
    package var fields: [TabField]
}

package struct TabConsent: Sendable, Equatable {
    package enum Kind: String, Sendable { case redirect, device }
    package var kind: Kind
    package var label: String
    package var help: String?
    package var when: [TabCondition]
    /// Settings that are only known once consent is given.
    package var saves: [String]
}

package struct TabAction: Sendable, Equatable {
    package var id: String
    package var label: String
    package var help: String?
}

/// One finding of the lint, as a sentence.
package struct TabFlaw: Sendable, Equatable, CustomStringConvertible {
    package enum Weight: String, Sendable, Codable { case warning, error }
    package var weight: Weight
    package var text: String
    package var description: String { text }
}
