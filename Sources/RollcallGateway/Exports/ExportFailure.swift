/// Why an export could not be made: one sentence, and a hint how to go on. What was there before is unchanged.
package struct ExportFailure: Error, Sendable, CustomStringConvertible {
    package let message: String
    package let hint: String?
    /// An input or output error of the disk (exit 74), not a mistake of a person.
    package let isDisk: Bool

    package init(_ message: String, hint: String? = "What was there before is unchanged.", isDisk: Bool = false) {
        self.message = message
        self.hint = hint
        self.isDisk = isDisk
    }

    package var description: String { message }
}
