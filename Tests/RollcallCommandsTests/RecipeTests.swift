import Foundation
import RollcallGateway
import Testing

@testable import RollcallCommands

struct RecipeTests {
    @Test("conf/postfix/main.cf is what `gateway postfix` prints")
    func mainFile() throws {
        var folder = URL(filePath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        let file = try String(contentsOf: folder.appending(path: "conf/postfix/main.cf"), encoding: .utf8)
        let recipe = GatewayRecipe(
            domains: ["example.com", "example.org"], place: .tcp(host: "127.0.0.1", port: 8461))
        #expect(file == recipe.postfix)
    }

    @Test(
        "a place is named as the mail server names it",
        arguments: [
            ("127.0.0.1:8461", "socketmap:inet:127.0.0.1:8461:recipients"),
            ("[::1]:8461", "socketmap:inet:[::1]:8461:recipients"),
            ("unix:/run/rollcall/socketmap", "socketmap:unix:/run/rollcall/socketmap:recipients"),
            ("unix:/var/spool/postfix/rollcall/map.sock", "socketmap:unix:rollcall/map.sock:recipients"),
        ])
    func places(place: String, map: String) throws {
        let recipe = GatewayRecipe(domains: ["example.com"], place: try #require(ListenPlace(place)))
        #expect(recipe.map(.recipients) == map)
        #expect(recipe.postfix.contains("relay_recipient_maps = \(map)\n"))
    }

    @Test(
        "gateway.socketmap takes one place, several, or off",
        arguments: [
            ("\"127.0.0.1:8461\"", 1), ("[\"127.0.0.1:8461\", \"unix:/run/x\"]", 2), ("off", 0), ("\"8461\"", nil),
            ("\"127.0.0.1:0\"", nil), ("[off, off]", nil), ("[]", nil), ("\"unix:\"", nil),
            ("\"unix:/\(String(repeating: "x", count: 200))\"", nil),
        ])
    func listens(value: String, count: Int?) throws {
        let values = try? ConfigurationFile.values("gateway: { socketmap: \(value) }", "r.yaml")
        guard let values else {
            #expect(count == nil)
            return
        }
        let configuration = try Configuration(
            values, file: nil, environment: [:], layout: Layout(executable: "/opt/rollcall/bin/rollcall"))
        #expect(configuration.gatewayPlaces.count == count)
    }
}
