/// The program is RollcallCommands; here it only begins.
internal import RollcallCommands

@main
enum Rollcall {
    static func main() { RollcallMain.main() }
}
