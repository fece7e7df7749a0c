"""One command measured from outside, with every process that it starts: wall clock, user + system CPU, peak memory.

CPU comes from wait4, which counts all descendants that were waited for; those that outlive their parent are handed to
us (child subreaper) and counted too. Memory is the sum of the resident sets of all its processes at one moment, the
highest seen when looking every few milliseconds: pages that two of them share count twice, so the figure is rather too
high than too low for a program of several processes.
"""

import ctypes
import os
import pathlib
import subprocess
import threading
import time
from dataclasses import dataclass

PAGE = os.sysconf("SC_PAGE_SIZE")
INTERVAL = 0.004


@dataclass
class Measured:
    status: int
    wall: float
    cpu: float
    peak: int
    output: bytes
    errors: bytes


def adopt_orphans():
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        pass
    return found


def resident(pid):
    """The memory of a process and all below it, in bytes."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            total = int(file.read().split()[1]) * PAGE
    except (OSError, IndexError, ValueError):
        return 0
    return total + sum(resident(child) for child in children(pid))


class Watch(threading.Thread):
    """Looks at the process tree until told to stop."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.ended = pid, 0, threading.Event()

    def run(self):
        while not self.ended.is_set():
            self.peak = max(self.peak, resident(self.pid))
            self.ended.wait(INTERVAL)

    def stop(self):
        self.ended.set()
        self.join()
        return self.peak


def measure(command, output, env=None, timeout=3600):
    """Runs `command` with its standard output and error in files beside `output`; never waits longer than `timeout`."""
    with open(output + ".out", "w+b") as out, open(output + ".err", "w+b") as err:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env)
        watch = Watch(process.pid)
        watch.start()
        alarm = threading.Timer(timeout, process.kill)
        alarm.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        alarm.cancel()
        peak = max(watch.stop(), usage.ru_maxrss * 1024)
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime + orphans()
        out.seek(0)
        err.seek(0)
        return Measured(process.returncode, wall, cpu, peak, out.read(), err.read())


def orphans():
    """The CPU of processes that were left behind and have ended by now."""
    total = 0.0
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return total
        if pid == 0:
            return total
        total += usage.ru_utime + usage.ru_stime


def installed(parser):
    """Where Rollcall is: options of a benchmark's command line, read."""
    parser.add_argument("--prefix", type=pathlib.Path, help="where Rollcall is installed")
    parser.add_argument("--rollcall", type=pathlib.Path)
    parser.add_argument("--connectors", type=pathlib.Path)
    options = parser.parse_args()
    if options.prefix:
        options.rollcall = options.rollcall or options.prefix / "bin/rollcall"
        options.connectors = options.connectors or options.prefix / "lib/rollcall/connectors"
    if not options.rollcall or not options.connectors:
        parser.error("say where Rollcall is: --prefix, or --rollcall and --connectors")
    options.rollcall, options.connectors = options.rollcall.resolve(), options.connectors.resolve()
    return options
