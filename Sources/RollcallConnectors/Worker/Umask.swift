internal import Glibc

/// Files of the worker are nobody else's business.
func umaskPrivate() { umask(0o077) }
