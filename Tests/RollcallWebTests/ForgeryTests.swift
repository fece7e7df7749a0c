import RollcallWeb
import Testing

@Suite("Requests that others make up")
struct ForgeryTests {
    let world: WebFixture

    init() throws { world = try WebFixture() }

    @Test(
        "a form that is not from here is refused",
        arguments: [
            ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["origin": "https://evil.example"],
            ["origin": "null"],
        ])
    func foreign(headers: [String: String]) throws {
        let cookie = try world.cookie("owner")
        let token = world.token(in: try world.page("GET", "/password", as: "owner").text)
        let answer = try world.send(
            "POST", "/administrators", form: ["name": "mallory", "role": "owner", "token": token],
            headers: headers.merging(["cookie": "rc=\(cookie)"]) { $1 })
        #expect(answer.status == 403)
        #expect(try !world.page("GET", "/administrators", as: "owner").text.contains("mallory"))
    }

    @Test("a form without the session's token, or with another's, is refused")
    func token() throws {
        let other = world.token(in: try world.page("GET", "/password", as: "admin").text)
        let cookie = try world.cookie("owner")
        for token in ["", "x", other] {
            let answer = try world.send(
                "POST", "/administrators", form: ["name": "mallory", "role": "owner", "token": token],
                headers: ["cookie": "rc=\(cookie)", "sec-fetch-site": "same-origin"])
            #expect(answer.status == 403)
        }
    }

    @Test("another host is none of ours", arguments: ["evil.example", "", "127.0.0.1", "localhost:8460.evil.example"])
    func host(name: String) throws {
        #expect(try world.send("GET", "/login", headers: ["host": name]).status == 421)
        #expect(try world.send("GET", "/healthz", headers: ["host": name]).status == 200)
    }

    @Test(
        "one is sent nowhere but to a path of ours",
        arguments: ["//evil.example", "/\\evil.example", "https://evil.example", "/ok\r\nset-cookie: a=b", ""])
    func next(path: String) throws {
        let form = try world.send("GET", "/login")
        let answer = try world.send(
            "POST", "/login",
            form: [
                "name": "owner", "password": WebFixture.password, "next": path, "token": world.token(in: form.text),
            ],
            headers: ["cookie": "rcv=\(world.value(of: "rcv", in: form))", "sec-fetch-site": "same-origin"])
        #expect(answer.header("location") == "/")
    }

    @Test(
        "every answer carries the headers, also a refusal",
        arguments: ["/login", "/nowhere", "/api/v1/domains", "/healthz"])
    func headers(path: String) throws {
        let answer = try world.send("GET", path)
        #expect(answer.header("content-security-policy")?.contains("default-src 'none'") == true)
        #expect(answer.header("content-security-policy")?.contains("unsafe") == false)
        #expect(answer.header("x-content-type-options") == "nosniff")
        #expect(answer.header("referrer-policy") == "no-referrer")
        #expect(answer.header("cache-control") == "no-store")
    }

    @Test("a word that looks like an option is a word", arguments: ["--yes", "-h", "--help", "--json"])
    func options(word: String) throws {
        let answer = try world.api("PUT", "/customers/\(word)")
        #expect(answer.status == 201 && answer.object["name"] as? String == word)
        let added = try world.page("POST", "/administrators", as: "owner", form: ["name": word, "role": "viewer"])
        #expect(added.status == 200 && added.text.contains("shown once"))
    }
}
