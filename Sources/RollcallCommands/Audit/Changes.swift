internal import RollcallCore

/// A verb that changes something: it leaves an entry in the audit trail, whoever calls it by whatever way.
protocol Changes: Verb {
    /// What it changes, as people name it.
    var subject: AuditSubject { get }
}

/// What a change is about. Where its state can be told, the trail holds what differs before and after.
enum AuditSubject {
    case customer(String)
    case domain(DomainReference)
    case source(DomainReference)
    case account(String)
    case run(String)
    case administrator(String)
    case token(String)
    case connector(String)
    case store

    var name: String {
        switch self {
        case .domain(let reference), .source(let reference):
            reference.type.map { "\(reference.domain)/\($0)" } ?? reference.domain
        case .customer(let name), .account(let name), .run(let name), .administrator(let name), .token(let name),
            .connector(let name):
            name
        case .store: "the store"
        }
    }
}

extension CustomerAdd: Changes { var subject: AuditSubject { .customer(name) } }
extension CustomerRemove: Changes { var subject: AuditSubject { .customer(name) } }
extension DomainAdd: Changes { var subject: AuditSubject { .domain(DomainReference(domain: name, type: nil)) } }
extension DomainAlias: Changes { var subject: AuditSubject { .domain(domain) } }
extension DomainInbound: Changes { var subject: AuditSubject { .domain(domain) } }
extension DomainRemove: Changes { var subject: AuditSubject { .domain(domain) } }
extension DomainSet: Changes { var subject: AuditSubject { .domain(domain) } }
extension DomainSetType: Changes { var subject: AuditSubject { .domain(domain) } }
extension SourceAdd: Changes { var subject: AuditSubject { .domain(domain) } }
extension SourceConsent: Changes { var subject: AuditSubject { .source(source) } }
extension SourceDisable: Changes { var subject: AuditSubject { .source(source) } }
extension SourceEnable: Changes { var subject: AuditSubject { .source(source) } }
extension SourcePost: Changes { var subject: AuditSubject { .source(domain) } }
extension SourceRemove: Changes { var subject: AuditSubject { .source(source) } }
extension SourceSecret: Changes { var subject: AuditSubject { .source(source) } }
extension SourceSet: Changes { var subject: AuditSubject { .source(source) } }
extension AccountAdd: Changes { var subject: AuditSubject { .account(address) } }
extension AccountGive: Changes { var subject: AuditSubject { .account(address) } }
extension AccountRemove: Changes { var subject: AuditSubject { .account(address) } }
extension AccountTake: Changes { var subject: AuditSubject { .account(address) } }
extension SyncApprove: Changes { var subject: AuditSubject { .run(run) } }
extension SyncCancel: Changes { var subject: AuditSubject { .run(run) } }
extension SyncUndo: Changes { var subject: AuditSubject { .run(run) } }
extension AdminAdd: Changes { var subject: AuditSubject { .administrator(name) } }
extension AdminPassword: Changes { var subject: AuditSubject { .administrator(name) } }
extension AdminRemove: Changes { var subject: AuditSubject { .administrator(name) } }
extension TokenCreate: Changes { var subject: AuditSubject { .token(name) } }
extension TokenRevoke: Changes { var subject: AuditSubject { .token(id) } }
extension ConnectorAllow: Changes { var subject: AuditSubject { .connector(id) } }
extension StoreRekey: Changes { var subject: AuditSubject { .store } }
