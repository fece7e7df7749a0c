/// The one symbol of the library.

import ConnectorKit
public import CRollcall
import O365Directory

@c @implementation
public func rollcall_connector_v1(
    _ host: UnsafePointer<rollcall_host>!, _ index: UInt32
) -> UnsafePointer<rollcall_connector>! {
    Export.connector([O365.self], host, index)
}
