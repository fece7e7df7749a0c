@main
enum Rollcall {
    static func main() {}
}
