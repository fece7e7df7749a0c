/// One form of a table of recipients. It is given the stamp of each domain, then that domain's recipients by key.
protocol RecipientTable: AnyObject {
    func stamp(_ stamp: ExportStamp) throws
    func add(_ key: UnsafeRawBufferPointer, _ kind: String) throws
    /// Called once, at the end.
    func finish() throws
}
