/// The stylesheet and the script: two texts in the program itself, so that nothing need be installed beside it and nothing
/// is asked of anybody else's server.
enum Assets {
    static let routes: [Route] = [
        Route("GET", "/assets/:file") { call in
            switch call.parameter("file") {
            case "rollcall.css": answer(call, "text/css; charset=utf-8", Stylesheet.text)
            case "rollcall.js": answer(call, "text/javascript; charset=utf-8", Script.text)
            default: throw WebFailure.notFound
            }
        }
    ]

    private static func answer(_ call: Call, _ type: String, _ text: String) -> WebResponse {
        let tag = "\"\(RandomText.hash(text).prefix(8).map { String($0, radix: 16) }.joined())\""
        if call.request.headers["if-none-match"] == tag {
            var response = WebResponse.nothing.with("etag", tag)
            response.status = 304
            return response.with("cache-control", "no-cache")
        }
        return WebResponse(200, type, text.utf8).with("cache-control", "no-cache").with("etag", tag)
    }
}
