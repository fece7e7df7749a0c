import RollcallGateway
import Testing

@Suite("Recipient tables")
struct RecipientTableTests {
    @Test(
        "a table is either what a gateway decides by, or a document",
        arguments: [
            (ExportFormat.postfix, true), (.exim, true), (.rspamd, true), (.list, true), (.csv, false), (.json, false),
            (.ldif, false),
        ])
    func kind(format: ExportFormat, isTable: Bool) {
        #expect(format.isRecipientTable == isTable)
    }
}
