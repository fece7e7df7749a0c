/// How many records a second come from a connector into the host, parsed and hashed, with no store behind it. Run by
/// hand, in a release build:
///
///     swift run -c release WorkerThroughput FLOOD.so [COUNT]
///
/// where FLOOD.so is Tests/Benchmarks/Worker/Connector/flood.c, compiled with `cc -O2 -fPIC -shared`: ten attributes and
/// about 400 bytes a record.
internal import Foundation
internal import RollcallConnectors
internal import RollcallCore

@main
enum WorkerThroughput {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.dropFirst().first == "worker" { WorkerMain.run() }
        guard arguments.count > 1 else { return print("WorkerThroughput FLOOD.so [COUNT]") }
        let count = arguments.count > 2 ? arguments[2] : "4000000"
        var info = ConnectorInfo(id: "flood", library: arguments[1])
        info.name = "Flood"
        for _ in 0..<3 {
            let counter = Counter()
            let worker = try Worker(
                info, settings: [("count", count)], secrets: [], executable: "/proc/self/exe")
            let start = ContinuousClock.now
            let end = try worker.sync(mode: .full, state: [], observer: counter)
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            let rate = Double(counter.records) / elapsed / 1e6
            let volume = Double(counter.bytes) / elapsed / 1e6
            print("\(end.status): \(counter.records) records, \(rate) M/s, \(volume) MB/s, digest \(counter.digest)")
        }
    }

    private final class Counter: WorkerObserver {
        var records = 0
        var bytes = 0
        var digest: UInt64 = 0

        func records(_ body: UnsafeRawBufferPointer) throws {
            var reader = RecordReader(body)
            while let record = try reader.next() {
                records += 1
                digest &+= Digest128(of: record.attributes.bytes).low
            }
            bytes += body.count
        }
    }
}
