import RollcallCore
import TestSupport
import Testing

@Suite("the tab language")
struct TabTests {
    /// The example of the design, whole.
    private static let example = #"""
        { "tab": 1, "title": "Microsoft 365", "docs": "https://example.org/connectors/o365",
          "sections": [
            { "id": "account", "label": "Account", "fields": [
              { "id": "cloud", "type": "choice", "label": "Cloud", "default": "global",
                "options": [ { "value": "global", "label": "Worldwide" }, { "value": "gcc-high", "label": "US" } ] },
              { "id": "auth", "type": "choice", "label": "Sign in with", "default": "consent", "style": "radio",
                "options": [ { "value": "consent", "label": "Consent" }, { "value": "app", "label": "Own app" } ] },
              { "id": "tenant_id", "type": "text", "label": "Tenant", "required": true,
                "pattern": "^[0-9a-f-]{36}$", "patternHelp": "A tenant ID looks like 1b4e28ba-2fa1-...",
                "when": { "field": "auth", "is": ["app"] } },
              { "id": "client_secret", "type": "secret", "label": "Client secret", "required": true,
                "when": { "field": "auth", "is": ["app"] } },
              { "id": "refresh_token", "type": "secret", "hidden": true } ] },
            { "id": "scope", "label": "What to read", "fields": [
              { "id": "groups", "type": "list", "label": "Only members of", "suggest": true, "help": "Empty: all." },
              { "id": "contacts", "type": "switch", "label": "Shared contacts", "default": true },
              { "id": "page_size", "type": "number", "label": "Page size", "min": 1, "max": 999, "default": 500,
                "advanced": true } ] } ],
          "consent": { "kind": "redirect", "label": "Grant access", "when": { "field": "auth", "is": ["consent"] },
                       "saves": ["tenant_id"] },
          "actions": [ { "id": "list-skus", "label": "Show licences" } ],
          "strings": { "de": { "scope": "Was gelesen wird" } } }
        """#

    private func tab(_ fields: String) throws -> TabDocument {
        try TabDocument((#"{"tab":1,"fields":["# + fields + "]}").utf8)
    }

    @Test("the example reads without a finding")
    func reads() throws {
        let tab = try TabDocument(Self.example.utf8)
        #expect(tab.warnings == [])
        #expect(tab.title == "Microsoft 365")
        #expect(tab.fields.map(\.id).count == 8)
        #expect(tab.field("page_size")?.default == "500")
        #expect(tab.secretFields.map(\.id) == ["client_secret", "refresh_token"])
        #expect(tab.consent?.saves == ["tenant_id"])
        #expect(tab.strings["de"]?["scope"] == "Was gelesen wird")
    }

    @Test("defaults are filled in, and what a condition hides is neither required nor passed")
    func conditions() throws {
        let tab = try TabDocument(Self.example.utf8)
        #expect(tab.validate(settings: [:], secrets: []).isEmpty)
        #expect(tab.wantsConsent([:]))
        let plain = tab.effective(settings: ["tenant_id": "x", "groups": " A \n\nB\r\n", "other": "kept, not passed"])
        #expect(plain.map(\.name) == ["cloud", "auth", "groups", "groups", "contacts", "page_size"])
        #expect(plain.map(\.value) == ["global", "consent", "A", "B", "true", "500"])
        let missing = tab.validate(settings: ["auth": "app"], secrets: [])
        #expect(missing.map(\.field) == ["tenant_id", "client_secret"])
        #expect(tab.effectiveSecrets(settings: ["auth": "app"]) == ["client_secret", "refresh_token"])
        #expect(!tab.wantsConsent(["auth": "app"]))
        let id = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
        #expect(tab.validate(settings: ["auth": "app", "tenant_id": id], secrets: ["client_secret"]).isEmpty)
    }

    @Test(
        "a wrong value is told in a sentence",
        arguments: [
            ("page_size", "0", "too small"), ("page_size", "1000", "too large"), ("page_size", "ten", "not a number"),
            ("contacts", "yes", "neither true nor false"), ("cloud", "gcc", "not one of"),
            ("cloud", "globl", "Did you mean global?"), ("client_secret", "x", "source secret"),
            ("page-size", "3", "Did you mean page_size?"), ("nonsense", "3", "There is no setting nonsense."),
            ("page_size", "1e2", "not a number"), ("page_size", "nan", "not a number"),
        ])
    func wrong(field: String, value: String, says: String) throws {
        let problems = try TabDocument(Self.example.utf8).validate(settings: [field: value], secrets: [])
        #expect(problems.count == 1)
        #expect(problems.first?.field == field)
        #expect(problems.first?.text.contains(says) == true, "\(problems)")
        #expect(problems.first?.class == .badSettings)
    }

    @Test(
        "values are judged by their type",
        arguments: [
            ("path", "relative/file", true), ("path", "/absolute", false), ("path", "file:///x", false),
            ("path", "a\u{0}b", true), ("host", "ldap.example.com:636", false), ("host", "https://x", true),
            ("host", "a b", true), ("url", "https://x/", false), ("url", "x", true), ("url", "https://x y", true),
            ("text", "two\nlines", true), ("text", "a\r\nb", true), ("multiline", "two\nlines", false),
            ("text", "e\u{301}\u{7}", true), ("list", "a\nb", false),
        ])
    func types(type: String, value: String, isWrong: Bool) throws {
        let tab = try tab(#"{"id":"f","type":"\#(type)"}"#)
        #expect(tab.validate(settings: ["f": value], secrets: []).isEmpty != isWrong)
    }

    @Test("the word posted is a path only where it is declared")
    func posted() throws {
        let with = try tab(#"{"id":"f","type":"path","posted":true}"#)
        let without = try tab(#"{"id":"f","type":"path"}"#)
        #expect(with.validate(settings: ["f": "posted"], secrets: []).isEmpty)
        #expect(!without.validate(settings: ["f": "posted"], secrets: []).isEmpty)
    }

    @Test("a secret is forgotten when what it is sent to changes")
    func secretFor() throws {
        let named = try tab(
            #"{"id":"a","type":"text"},{"id":"h","type":"host"},{"id":"s","type":"secret","secretFor":["a"]}"#)
        #expect(named.secrets(forgottenWhen: ["a"]) == ["s"])
        #expect(named.secrets(forgottenWhen: ["h"]) == [])
        let plain = try tab(#"{"id":"a","type":"text"},{"id":"h","type":"host"},{"id":"s","type":"secret"}"#)
        #expect(plain.secrets(forgottenWhen: ["h"]) == ["s"])
        #expect(plain.secrets(forgottenWhen: ["a"]) == [])
    }

    @Test(
        "the lint says what is wrong",
        arguments: [
            ("[]", "not a JSON object"), ("{}", "does not say its version"), (#"{"tab":2}"#, "version 2"),
            ("nonsense", "not JSON"), (#"{"tab":1,"fields":{}}"#, "not a list"),
            (#"{"tab":1,"fields":[{"type":"text"}]}"#, "no id"), (#"{"tab":1,"fields":[{"id":"a"}]}"#, "no type"),
            (#"{"tab":1,"fields":[{"id":"a b","type":"text"}]}"#, "letters, digits"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text"},{"id":"a","type":"text"}]}"#, "two fields"),
            (#"{"tab":1,"fields":[{"id":"a","type":"choice"}]}"#, "without options"),
            (#"{"tab":1,"fields":[{"id":"a","type":"choice","options":["x"],"default":"y"}]}"#, "default does not fit"),
            (#"{"tab":1,"fields":[{"id":"a","type":"number","min":3,"max":2}]}"#, "above its max"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text","when":{"field":"b","is":["x"]}}]}"#, "no field of the tab"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text","when":"b"}]}"#, "when is not"),
            (#"{"tab":1,"fields":[{"id":"a","type":"secret","default":"x"}]}"#, "secret with a default"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text","hidden":true,"required":true}]}"#, "nobody could fill"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text","pattern":"(a)\\1"}]}"#, "pattern cannot be used"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text","required":"yes"}]}"#, "neither true nor false"),
            (#"{"tab":1,"fields":[],"consent":{"kind":"magic"}}"#, "neither redirect nor device"),
            (#"{"tab":1,"fields":[],"actions":[{"id":"check"}]}"#, "method of the host's own"),
            (#"{"tab":1,"fields":[{"id":"a","type":"text","secretFor":["b"]}]}"#, "no field of the tab"),
        ])
    func lint(json: String, says: String) {
        let flaws = TabDocument.lint(json.utf8)
        #expect(flaws.contains { $0.weight == .error && $0.text.contains(says) }, "\(flaws)")
        #expect(throws: TabRefused.self) { try TabDocument(json.utf8) }
    }

    @Test("what is new is ignored with a warning")
    func lenient() throws {
        let tab = try tab(#"{"id":"a","type":"colour","glitter":true}"#)
        #expect(tab.field("a")?.type == .text)
        #expect(tab.warnings.count == 2)
    }

    @Test("limits hold")
    func limits() {
        let fields = (0..<101).map { #"{"id":"f\#($0)","type":"text"}"# }.joined(separator: ",")
        #expect(TabDocument.lint("{\"tab\":1,\"fields\":[\(fields)]}".utf8).contains { $0.text.contains("101 fields") })
        let long = #"{"tab":1,"title":""# + String(repeating: "x", count: 70_000) + "\"}"
        #expect(TabDocument.lint(long.utf8).contains { $0.text.contains("bytes long") })
    }

    @Test("any bytes are a tab or none, and never a crash", arguments: 0..<30)
    func hostile(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(Self.example.utf8)
        for _ in 0..<50 {
            bytes[random.below(bytes.count)] = random.pick(Array(#"{}[]",:0a\"#.utf8))
            if let tab = try? TabDocument(bytes) { _ = tab.validate(settings: ["cloud": "x"], secrets: []) }
        }
    }
}
