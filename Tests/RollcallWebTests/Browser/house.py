"""A Rollcall of its own for a test: a folder, a connector, a served dashboard, and the command line."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

# Whoever starts the tests may have blocked signals, and a blocked signal stays blocked in all that is started from here:
# nothing could be asked to end.
signal.pthread_sigmask(signal.SIG_SETMASK, [])


class House:
    def __init__(self, binary, connector, **environment):
        self.binary = binary
        self.folder = tempfile.mkdtemp(prefix="rollcall-web-")
        connectors = os.path.join(self.folder, "connectors")
        os.makedirs(connectors)
        with open(connector[1]) as file:
            manifest = json.load(file)
        library = os.path.join(connectors, manifest["id"] + ".so")
        shutil.copy(connector[0], library)
        manifest["library"] = manifest["id"] + ".so"
        with open(library, "rb") as file:
            manifest["sha256"] = hashlib.sha256(file.read()).hexdigest()
        with open(os.path.join(connectors, manifest["id"] + ".json"), "w") as file:
            json.dump(manifest, file)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = dict(
            os.environ,
            ROLLCALL_STORE="sqlite:" + os.path.join(self.folder, "rollcall.db"),
            ROLLCALL_KEYS="file:" + os.path.join(self.folder, "keys"),
            ROLLCALL_CONNECTORS_POLICY="own",
            ROLLCALL_CONNECTORS_PATH=connectors,
            ROLLCALL_HTTP_LISTEN=f"127.0.0.1:{self.port}",
            ROLLCALL_GATEWAY_SOCKETMAP="unix:" + os.path.join(self.folder, "socketmap"),
            ROLLCALL_HTTP_BASE_URL=self.url,
            ROLLCALL_CONFIG=self.write("rollcall.yaml", "log: { level: warning }\n"),
            **environment,
        )
        self.output = open(os.path.join(self.folder, "serve.out"), "w+")
        self.process = subprocess.Popen(
            [binary, "serve"], env=self.environment, stdout=self.output, stderr=subprocess.STDOUT
        )
        self.password = None
        end = time.time() + 60
        while time.time() < end:
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=2)
                break
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        with open(self.output.name) as file:
            text = file.read()
        found = re.search(r"one-time password (\S+)", text)
        if not found:
            raise RuntimeError("serve did not print a one-time password: " + text)
        self.password = found.group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.code = self.process.wait(timeout=30)
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def command(self, *words, code=0):
        """The JSON that a command answers."""
        result = subprocess.run([self.binary, *words, "--json"], env=self.environment, capture_output=True, text=True)
        if code is not None and result.returncode != code:
            raise RuntimeError(f"{words}: {result.returncode} {result.stdout} {result.stderr}")
        return json.loads(result.stdout)


def people(count, extra=""):
    rows = ["id,email,aliases,name,type,members"]
    rows += [f"{n},user{n}@example.com,alias{n}@example.com,User {n},user," for n in range(count)]
    rows.append("g,all@example.com,,Everybody,list,0;1;2")
    return "\n".join(rows) + "\n" + extra
