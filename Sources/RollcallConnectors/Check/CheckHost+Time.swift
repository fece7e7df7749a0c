internal import Glibc

extension CheckHost {
    /// Cancels from a thread of its own.
    func cancel(afterMilliseconds milliseconds: UInt32) {
        var thread = pthread_t()
        let order = Order(host: self, milliseconds: milliseconds)
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let order = Unmanaged<Order>.fromOpaque(argument).takeRetainedValue()
                usleep(order.milliseconds * 1000)
                order.host.cancel()
                return nil
            }, Unmanaged.passRetained(order).toOpaque())
    }

    /// Gives threads that the connector left running the time to call where they must not.
    func linger() { usleep(300_000) }

    private final class Order {
        let host: CheckHost
        let milliseconds: UInt32
        init(host: CheckHost, milliseconds: UInt32) {
            self.host = host
            self.milliseconds = milliseconds
        }
    }
}

/// What lies in the private folder, as text.
enum TemporaryFiles {
    static func contents(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory), found.count < 1000 {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = folder + "/" + name
            var info = stat()
            guard lstat(path, &info) == 0 else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                found += contents(path)
            } else if info.st_mode & S_IFMT == S_IFREG {
                found.append(text(path))
            }
        }
        return found
    }

    private static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let got = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(got, 0)), as: UTF8.self)
    }
}
