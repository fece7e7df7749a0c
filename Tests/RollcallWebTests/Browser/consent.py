"""Consent in Chromium: from the Sync tab of Office 365 to the sign-in of another site and back, granted and refused, with
script and without.

consent.py BINARY CONNECTOR.so CONNECTOR.json SIMULATOR.py PICTURES
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from house import House
from webdriver import Browser

OWN = "seven wet ferrets sing"


class Simulator:
    def __init__(self, path):
        self.process = subprocess.Popen(
            [sys.executable, "-B", path, "--users", "30", "--unconsented"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.facts = json.loads(self.process.stdout.readline())
        # By its other name it is another site to the browser: cookies and policies count as they will in the world.
        self.login = self.facts["origin"].replace("127.0.0.1", "localhost")

    def answer(self, how):
        self.process.stdin.write(json.dumps({"verb": "consent", "answer": how}) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=10)


class Walk:
    def __init__(self, house, browser, pictures, tag):
        self.house, self.browser, self.pictures, self.tag = house, browser, pictures, tag

    def until(self, *words):
        self.browser.wait(lambda: all(word in self.browser.text() for word in words), ", ".join(words), 40)

    def shot(self, name):
        self.browser.shot(f"{self.pictures}/consent-{self.tag}-{name}.png")

    def tab(self, domain):
        self.browser.open(f"{self.house.url}/domains/{domain}/sync/o365")

    def sign_in(self, password):
        self.browser.open(self.house.url + "/")
        self.browser.fill("name", "admin")
        self.browser.fill("password", password)
        self.browser.click("Sign in")

    def ask(self, label):
        """From the Sync tab to the sign-in, which decides at once and sends the browser back."""
        self.browser.click(label)
        self.until("Go to localhost")
        self.shot("leave")
        self.browser.press(self.browser.find("main a.button.main"))


def walk(house, simulator, browser, pictures, tag, domain):
    walk = Walk(house, browser, pictures, tag)
    faults = []
    walk.sign_in(OWN if house.password is None else house.password)
    if house.password is not None:
        walk.until("Set your own password")
        browser.fill("new", OWN)
        browser.fill("again", OWN)
        browser.click("Set password")
        house.password = None
    walk.until("Domains")
    walk.tab(domain)
    walk.until("Access has not been granted yet.")
    walk.shot("before")
    greyed = browser.run("return [...document.querySelectorAll('.buttons [aria-disabled]')].map(b => b.textContent)")
    if not {"Test Connection", "Preview", "Manual Sync"} <= set(greyed):
        faults.append(f"{tag}: before consent only {greyed} are greyed out")
    simulator.answer("denied")
    walk.ask("Grant access")
    walk.until("This was not done", "Access has not been granted yet.")
    walk.shot("refused")
    if not browser.has("form[action$='/consent'] button"):
        faults.append(f"{tag}: after a refusal there is no way to ask again")
    simulator.answer("granted")
    walk.ask("Grant access")
    walk.until("Access was granted.", "Test the connection next.")
    walk.shot("granted")
    if "code=" in browser.url or "state=" in browser.url:
        faults.append(f"{tag}: the address still has what came back: {browser.url}")
    browser.click("Test Connection")
    walk.until("The connection works")
    walk.shot("tested")
    browser.click("Manual Sync")
    walk.until("Applied", "Undo")
    # What came back counts once, and in the session that began it.
    browser.open(f"{house.url}/consent?admin_consent=True&tenant={simulator.facts['tenant']}&state={'0' * 64}")
    walk.until("This consent was not begun here")
    walk.shot("strange")
    return faults


def main():
    binary, library, manifest, path, pictures = sys.argv[1:6]
    with Simulator(path) as simulator:
        folder = tempfile.mkdtemp(prefix="rollcall-consent-")
        secret = os.path.join(folder, "secret")
        with open(secret, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(simulator.facts["client_secret"])
        environment = {
            "ROLLCALL_CONNECTORS_O365_CLIENT_ID": simulator.facts["client_id"],
            "ROLLCALL_CONNECTORS_O365_CLIENT_SECRET": "file:" + secret,
        }
        with House(binary, (library, manifest), **environment) as house:
            faults = []
            for tag, script in (("script", True), ("plain", False)):
                domain = "example.com"
                if tag == "plain":
                    house.command("domain", "remove", domain, "--yes")
                house.command("domain", "add", domain, "--type", "o365")
                house.command(
                    "source", "set", domain, "cloud=custom", "login_url=" + simulator.login,
                    "graph_url=" + simulator.facts["origin"],
                )
                with Browser(script=script) as browser:
                    faults += walk(house, simulator, browser, pictures, tag, domain)
        shutil.rmtree(folder)
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
