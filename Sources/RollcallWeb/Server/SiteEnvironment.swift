package import RollcallCore
package import RollcallGateway
package import RollcallStore
package import RollcallSync

/// What the site stands on. The command line hands it in: every change that a page or the API makes goes through the
/// command of the same name, so the three can neither differ nor drift.
package struct SiteEnvironment: Sendable {
    package var service: SyncService
    /// Words of the command line to the JSON of the answer; throws `WebFailure`.
    package var perform: @Sendable (_ words: [String], _ actor: String) throws -> [UInt8]
    /// Any error of the house as people are told of it.
    package var failure: @Sendable (any Error) -> WebFailure
    package var settings: SiteSettings
    package var retention = Retention()
    /// What gateways asked, where this process answers them.
    package var lookups: LookupCounts?
    /// What they are answered from, and by which rules.
    package var books: CurrentBooks?
    package var policy = AnswerPolicy()

    package init(
        service: SyncService, settings: SiteSettings,
        perform: @escaping @Sendable (_ words: [String], _ actor: String) throws -> [UInt8],
        failure: @escaping @Sendable (any Error) -> WebFailure
    ) {
        self.service = service
        self.settings = settings
        self.perform = perform
        self.failure = failure
    }
}

package struct SiteSettings: Sendable {
    /// How browsers reach the dashboard.
    package var baseURL: String
    /// The values of `Host` that are ours, in lower case.
    package var hosts: Set<String>
    /// Browsers come by HTTPS: cookies say so.
    package var isSecure: Bool
    package var version: String
    package var cost: Passwords.Cost
    /// The ids of the host's settings of a source.
    package var hostSettings: [String]
    package var hostStandards: [String: String]

    package init(
        baseURL: String, hosts: Set<String>, isSecure: Bool, version: String, cost: Passwords.Cost = .standard,
        hostSettings: [String], hostStandards: [String: String]
    ) {
        self.baseURL = baseURL
        self.hosts = hosts
        self.isSecure = isSecure
        self.version = version
        self.cost = cost
        self.hostSettings = hostSettings
        self.hostStandards = hostStandards
    }

    /// `__Host-` binds it to this host and to HTTPS; over plain HTTP, which is for loopback only, it cannot be had.
    var cookie: String { isSecure ? "__Host-rc" : "rc" }
    var visitCookie: String { isSecure ? "__Host-rcv" : "rcv" }
}
