"""unit-filter.py UNIT PROGRAM WORDS... : runs a program under the filter of system calls that UNIT would give it, and
under MemoryDenyWriteExecute and NoNewPrivileges as far as this kernel has them. Where libseccomp is missing it says so and
runs the program without."""

import ctypes
import errno
import os
import re
import subprocess
import sys


def groups():
    """systemd's groups: name -> what stands in it."""
    found, name = {}, None
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter"], capture_output=True, text=True).stdout
    for line in text.splitlines():
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        if line.startswith("@"):
            name = line.strip()
            found[name] = []
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            found[name].append(line.strip())
        elif not line.startswith(" "):
            name = None
    return found


def expand(word, known):
    if not word.startswith("@"):
        return {word}
    return set().union(*(expand(each, known) for each in known[word]))


def allowed(unit):
    known, calls = groups(), set()
    with open(unit, encoding="utf-8") as file:
        for line in file:
            match = re.match(r"SystemCallFilter=(~?)(.*)", line.strip())
            if match:
                words = set().union(*(expand(word, known) for word in match[2].split()))
                calls = calls - words if match[1] else calls | words
    return calls | expand("@default", known)


def main():
    calls = allowed(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    libc.prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE: from Linux 6.3 on
    try:
        seccomp = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        print("libseccomp is missing: not filtered", file=sys.stderr)
        os.execv(sys.argv[2], sys.argv[2:])
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(0x00050000 | errno.EPERM))
    for call in calls:
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            seccomp.seccomp_rule_add(context, 0x7FFF0000, number, 0)
    if seccomp.seccomp_load(context) != 0:
        sys.exit("the filter was not taken")
    os.execv(sys.argv[2], sys.argv[2:])


main()
