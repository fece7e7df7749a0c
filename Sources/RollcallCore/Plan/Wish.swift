/// What an object asks of the book, taken by itself: what a plan of the touched needs to know of an object's old and new
/// form to tell whom else it concerns.
package struct Wish: Equatable, Sendable {
    /// The compare keys that it has to do with, in its order: those that it claims, and its primary, usable or not.
    package var keys: [[UInt8]] = []
    /// How it stands in a list that it is a member of, as far as it is its own doing.
    package var standing: [UInt8] = []
    package var isList = false
    /// A group that claims nothing: its members take its place.
    package var isAside = false
}

extension Planner {
    /// The wish of the object that was added last.
    package var lastWish: Wish {
        guard let object = objects.last else { return Wish() }
        let claims = claims[Int(object.firstClaim)..<Int(object.firstClaim + object.claimCount)]
        var wish = Wish(isList: object.kind == .list, isAside: object.kind == .list && claims.isEmpty)
        var places = claims.map(\.address)
        if object.nominal >= 0 { places.append(object.nominal) }
        wish.keys = places.map { addresses.withBytes(Int($0)) { Array($0) } }
        wish.standing = [object.status.rawValue, wish.isList ? 1 : 0]
        if let speaker = claims.first(where: \.isPrimary) ?? claims.first {
            withShown(speaker) { wish.standing.append(contentsOf: $0) }
        }
        if object.nominal >= 0 {
            wish.standing.append(0)
            addresses.withBytes(Int(object.nominal)) { wish.standing.append(contentsOf: $0) }
        }
        if object.external >= 0 {
            wish.standing.append(1)
            arena.withBytes(object.externalShown) { wish.standing.append(contentsOf: $0) }
        }
        return wish
    }

    /// What the objects alone, whatever the book holds, have left out so far.
    package var leftOut: LeftOut { outcome.leftOut }
}
