internal import ArgumentParser

/// `sync`: from directory to address book.
struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Test, preview and run syncs; approve, cancel and undo runs.",
        subcommands: [
            SyncTest.self, SyncPreview.self, SyncRun.self, SyncApprove.self, SyncCancel.self, SyncUndo.self,
        ])
}
