/// The one symbol of the library.

import ConnectorKit
import LDAPDirectory
public import CRollcall

@c @implementation
public func rollcall_connector_v1(
    _ host: UnsafePointer<rollcall_host>!, _ index: UInt32
) -> UnsafePointer<rollcall_connector>! {
    Export.connector([LDAPDirectory.self], host, index)
}
