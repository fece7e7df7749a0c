import RollcallCore
import RollcallStore
import RollcallWeb
import Testing

@Suite("Signing in")
struct SignInTests {
    let world: WebFixture

    init() throws { world = try WebFixture() }

    private func attempt(_ name: String, _ password: String, headers: [String: String] = [:]) throws -> WebResponse {
        let form = try world.send("GET", "/login")
        let visit = world.value(of: "rcv", in: form)
        return try world.send(
            "POST", "/login", form: ["name": name, "password": password, "token": world.token(in: form.text)],
            headers: ["cookie": "rcv=\(visit)", "sec-fetch-site": "same-origin"].merging(headers) { $1 })
    }

    @Test("a wrong password and an unknown name are refused in the same words")
    func refused() throws {
        let wrong = try attempt("owner", "not the password")
        let unknown = try attempt("nobody", "not the password")
        #expect(wrong.status == 401 && unknown.status == 401)
        #expect(wrong.text.contains("Name or password are not right."))
        let (a, b) = (wrong.text.replacing("owner", with: "x"), unknown.text.replacing("nobody", with: "x"))
        #expect(a.count == b.count)
    }

    @Test("ten failures make the eleventh wait, also with the right password, and also after a restart")
    func throttled() throws {
        for _ in 0..<10 { #expect(try attempt("viewer", "not the password").status == 401) }
        let answer = try attempt("viewer", WebFixture.password)
        #expect(answer.status == 429 && answer.header("retry-after") != nil)
        #expect(try attempt("operator", WebFixture.password).status == 303)
    }

    @Test("an id that a browser brings along is never taken over")
    func fixation() throws {
        let planted = RandomText.make()
        let answer = try attempt("owner", WebFixture.password, headers: ["cookie": "rc=\(planted)"])
        // The visit's cookie was replaced by the planted one: the form is refused.
        #expect(answer.status == 403)
        let fresh = try world.cookie("owner")
        #expect(fresh != planted && fresh.count == 43)
        #expect(try world.send("GET", "/", headers: ["cookie": "rc=\(planted)"]).status == 303)
    }

    @Test("cookies are HttpOnly, SameSite, and by HTTPS bound to the host")
    func cookies() throws {
        let plain = try attempt("owner", WebFixture.password)
        let cookie = plain.headers.first { $0.name == "set-cookie" }?.value ?? ""
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
        let secure = try WebFixture(secure: true)
        let form = try secure.send("GET", "/login", headers: ["host": "mail.example.org"])
        let visit = form.headers.first { $0.name == "set-cookie" }?.value ?? ""
        #expect(visit.hasPrefix("__Host-rcv=") && visit.contains("; Secure"))
        #expect(form.header("strict-transport-security") != nil)
    }

    @Test("signing out ends the session, and a new password ends all others")
    func ends() throws {
        let cookie = try world.cookie("owner")
        #expect(try world.page("POST", "/logout", as: "owner").status == 303)
        #expect(try world.send("GET", "/", headers: ["cookie": "rc=\(cookie)"]).status == 303)
        let other = try world.cookie("admin")
        let form = ["old": WebFixture.password, "new": "nine dry otters dance", "again": "nine dry otters dance"]
        #expect(try world.page("POST", "/password", as: "admin", form: form).status == 303)
        #expect(
            try world.send("GET", "/", headers: ["cookie": "rc=\(other)"]).header("location")?.hasPrefix("/login")
                == true)
    }

    @Test("a one-time password opens the page to set one's own, and nothing else")
    func oneTime() throws {
        let verifier = try Passwords.verifier(WebFixture.password, cost: .light)
        try world.store.write { db in
            _ = try Administrators.add(
                db, name: "fresh", role: .owner, customer: nil, password: verifier, isOneTime: true,
                at: .init(seconds: 1))
        }
        for path in ["/", "/domains/new", "/administrators"] {
            #expect(try world.page("GET", path, as: "fresh").header("location") == "/password")
        }
        let form = ["new": "nine dry otters dance", "again": "nine dry otters dance"]
        #expect(try world.page("POST", "/password", as: "fresh", form: form).header("location") == "/")
    }

    @Test(
        "passwords that would be tried first are refused",
        arguments: [
            "short", "passwordpassword", "aaaaaaaaaaaaaaa", "123456789012", "abcabcabcabcabc", "owner-owner1",
            "Sunshine123456", "2024!Football!", "P@ssw0rd1234", "sunshinesunshine", "1q2w3e4r5t6y", "rollcall-2026!",
            "example.com-1", "Example2026!!", "m0nk3ym0nk3y",
        ])
    func weak(password: String) {
        #expect(Passwords.flaw(password, name: "owner", domains: ["example.com"]) != nil)
    }

    @Test(
        "passwords that nobody would put together are taken",
        arguments: [
            "seven wet ferrets sing", "kV7x-pq2M-zz81", "sunshine over seven hills", "an example that is long",
            "owner of nine old bicycles", "пять мокрых хорьков",
        ])
    func strong(password: String) {
        #expect(Passwords.flaw(password, name: "owner", domains: ["example.com"]) == nil)
    }

    @Test("a verifier with parameters out of bounds matches nothing")
    func planted() throws {
        let verifier = try Passwords.verifier("some password", cost: .light)
        #expect(try Passwords.matches("some password", verifier))
        #expect(try !Passwords.matches("some password", verifier.replacing("ln=10", with: "ln=30")))
        #expect(try !Passwords.matches("some password", "$scrypt$nonsense"))
    }
}
