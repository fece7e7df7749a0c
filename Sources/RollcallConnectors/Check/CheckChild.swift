internal import CRollcall
internal import Glibc

enum CheckChild {
    static func run(_ job: Job, _ library: Library, _ host: HostTable) -> Never {
        WorkerMain.refuse(host.outbox, "There is no test \(job.test).")
    }
}
