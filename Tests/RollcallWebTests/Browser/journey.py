"""The journey of product.md in Chromium: with script, without, in dark and at 320 px; with axe on every page, pictures to
look at, and a directory in which every field is an attack.

journey.py BINARY CONNECTOR.so CONNECTOR.json PICTURES [AXE.js]
"""

import sys

from house import House, people
from webdriver import Browser

OWN = "seven wet ferrets sing"
MARK = "\u0301"
ATTACKS = [
    "<script>window.attacked=1</script>",
    "\"" + MARK + " onfocus=window.attacked=1 autofocus x=\"",
    "'" + MARK + "><img src=x onerror=window.attacked=1>",
    "<" + MARK + "svg onload=window.attacked=1>",
    "</title><script>window.attacked=1</script>",
    "\u202etxt.exe <b>bold</b>",
    "javascript:window.attacked=1",
]


class Journey:
    def __init__(self, house, browser, pictures, axe, tag):
        self.house, self.browser, self.pictures, self.axe, self.tag = house, browser, pictures, axe, tag
        self.faults = []
        self.number = 0

    def open(self, path):
        self.browser.open(self.house.url + path)

    def look(self, name, narrow=True):
        """A picture, and the checks that every page must pass."""
        browser = self.browser
        self.number += 1
        browser.shot(f"{self.pictures}/{self.tag}-{self.number:02}-{name}.png")
        if not self.axe:
            return
        browser.run(self.axe)
        result = browser.call(
            "POST",
            browser.session + "/execute/async",
            {
                "script": "var done = arguments[arguments.length - 1];"
                "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
                ".then(function (r) { done(r.violations.map(function (v) {"
                "return v.impact + ' ' + v.id + ': ' + v.nodes.slice(0, 3).map(function (n) { return n.html.slice(0, 160) }).join(' | ') })) })",
                "args": [],
            },
        )
        self.faults += [f"{self.tag} {name}: {fault}" for fault in result]
        if browser.run("return window.attacked") is not None:
            self.faults.append(f"{self.tag} {name}: something ran")
        if narrow:
            browser.size(320)
            wide = browser.run("return document.documentElement.scrollWidth")
            if wide > 320:
                self.faults.append(f"{self.tag} {name}: {wide} px wide in a window of 320")
                browser.shot(f"{self.pictures}/{self.tag}-{self.number:02}-{name}-narrow.png")
            browser.size(1200)

    def sign_in(self, password):
        self.open("/")
        self.browser.fill("name", "admin")
        self.browser.fill("password", password)
        self.browser.click("Sign in")

    def until(self, *words, seconds=40):
        self.browser.wait(
            lambda: all(word in self.browser.text() for word in words), ", ".join(words), seconds
        )

    def add_domain(self, name):
        browser = self.browser
        self.open("/domains/new")
        browser.fill("name", name)
        browser.choose("type", "generic")
        self.look("add-1")
        browser.click("Next")
        browser.fill("inbound", f"mail.{name}:25/10")
        self.look("add-2")
        browser.click("Next")
        browser.fill("accounts", "postmaster")
        self.look("add-3")
        browser.click("Add Domain")
        self.until("was added", "MX")
        self.look("added")

    def sync(self, name, path):
        browser = self.browser
        self.open(f"/domains/{name}/sync/generic")
        self.until("Location", "is required")
        self.look("sync-empty")
        browser.fill("s.location", path)
        browser.click("Save and test")
        self.until("The connection works")
        self.look("tested")
        browser.click("Preview")
        self.until("Apply", "operations")
        self.look("preview")
        self.open(f"/domains/{name}/sync/generic")
        browser.click("Manual Sync")
        self.until("Applied", "Undo")
        self.look("applied")


def with_script(house, pictures, axe, dark):
    with Browser(dark=dark) as browser:
        journey = Journey(house, browser, pictures, axe, "dark" if dark else "light")
        journey.open("/")
        journey.look("sign-in")
        if dark:
            journey.sign_in(OWN)
            for name, path in pages():
                journey.open(path)
                journey.look(name)
            return journey.faults
        journey.sign_in("wrong password here")
        journey.until("Name or password are not right")
        journey.look("refused")
        journey.sign_in(house.password)
        journey.until("Set your own password")
        journey.look("own-password")
        browser.fill("new", OWN)
        browser.fill("again", OWN)
        browser.click("Set password")
        journey.until("Add your first domain")
        journey.look("empty")
        people_file = house.write("people.csv", people(30))
        journey.add_domain("example.com")
        journey.sync("example.com", people_file)
        # Half of them vanish: held, looked at, approved once, taken back.
        house.write("people.csv", people(12))
        journey.open("/domains/example.com/sync/generic")
        browser.click("Manual Sync")
        journey.until("Held", "Apply once")
        journey.look("held")
        journey.open("/")
        journey.until("What needs you")
        journey.look("needs")
        browser.press(browser.find(".needs a"))
        browser.click("Apply once")
        journey.until("The plan was applied", "Undo")
        journey.open("/domains/example.com/accounts")
        journey.until("in grace")
        journey.look("grace")
        journey.open("/runs")
        browser.press(browser.find("tbody a"))
        browser.click("Undo this run")
        journey.until("Takes back", "Applied")
        journey.look("undone")
        # A file that is gone fails, and says so where one looks.
        journey.open("/domains/example.com/sync/generic")
        browser.fill("s.location", people_file + ".gone")
        browser.click("Save")
        journey.until("Saved.")
        browser.click("Manual Sync")
        journey.until("Why it did not succeed")
        journey.look("failed")
        journey.open("/domains/example.com/sync/generic")
        journey.look("sync-failed")
        browser.fill("s.location", people_file)
        browser.fill("h.limit.accounts.delete", "lots")
        browser.click("Save")
        journey.until("This was not done", "limit.accounts.delete")
        journey.look("refused-setting")
        browser.fill("h.limit.accounts.delete", "20%")
        browser.press(browser.find("[name='h.auto.enabled'][type=checkbox]"))
        browser.click("Save")
        journey.until("Saved.", "Next run")
        journey.look("scheduled")
        # Everything in the directory is an attack.
        rows = "".join(
            f'x{n},attack{n}@example.com,"{a.replace(chr(34), chr(34) * 2)}","{a.replace(chr(34), chr(34) * 2)}",user,\n'
            f'"{a.replace(chr(34), chr(34) * 2)}",evil{n}@example.com,,"{a.replace(chr(34), chr(34) * 2)}",list,"{a.replace(chr(34), chr(34) * 2)}"\n'
            for n, a in enumerate(ATTACKS)
        )
        house.write("people.csv", people(30, rows))
        journey.open("/domains/example.com/sync/generic")
        browser.click("Test Connection")
        journey.until("connection")
        journey.look("attack-test")
        browser.click("Manual Sync")
        journey.until("Operations")
        journey.look("attack-run")
        for name, path in pages():
            journey.open(path)
            journey.look(name)
        browser.open(house.url + "/tokens")
        browser.fill("name", "backup <b>")
        browser.click("Make")
        journey.until("shown once")
        journey.look("token-made")
        journey.open("/administrators")
        browser.fill("name", "vera")
        browser.choose("role", "viewer")
        browser.click("Add")
        journey.until("shown once")
        journey.look("administrator-made")
        journey.open("/domains/example.com/type")
        journey.look("type")
        return journey.faults


def pages():
    return [
        ("overview", "/"),
        ("accounts", "/domains/example.com/accounts"),
        ("found", "/domains/example.com/accounts?q=attack"),
        ("lists", "/domains/example.com/lists"),
        ("inbound", "/domains/example.com/inbound"),
        ("sync", "/domains/example.com/sync/generic"),
        ("history", "/domains/example.com/history"),
        ("settings", "/domains/example.com/settings"),
        ("runs", "/runs"),
        ("explain", "/explain?address=alias1@example.com"),
        ("explain-no", "/explain?address=%22%3E%3Cscript%3Ewindow.attacked=1%3C/script%3E@example.com"),
        ("gateways", "/gateways?address=alias1@example.com"),
        ("connectors", "/connectors"),
        ("tokens", "/tokens"),
        ("administrators", "/administrators"),
        ("audit", "/audit"),
        ("password", "/password"),
        ("nowhere", "/nowhere"),
    ]


def without_script(house, pictures):
    with Browser(script=False) as browser:
        journey = Journey(house, browser, pictures, None, "plain")
        journey.sign_in(OWN)
        journey.until("Domains")
        path = house.write("plain.csv", people(30).replace("example.com", "plain.example"))
        journey.add_domain("plain.example")
        journey.sync("plain.example", path)
        house.write("plain.csv", people(3).replace("example.com", "plain.example"))
        journey.open("/domains/plain.example/sync/generic")
        browser.click("Manual Sync")
        journey.until("Held", "Apply once")
        browser.click("Apply once")
        journey.until("The plan was applied")
        browser.click("Undo this run")
        journey.until("Takes back")
        journey.open("/domains/plain.example/settings")
        browser.press(browser.find("[name=enforce][type=checkbox]"))
        browser.click("Save")
        journey.until("Saved.")
        journey.look("settings")
        browser.click("Sign out")
        journey.until("Sign in")
        journey.open("/domains/plain.example/settings")
        journey.until("Sign in")
        return journey.faults


def main():
    binary, library, manifest, pictures = sys.argv[1:5]
    axe = None
    if len(sys.argv) > 5:
        with open(sys.argv[5], encoding="utf-8") as file:
            axe = file.read()
    with House(binary, (library, manifest)) as house:
        faults = with_script(house, pictures, axe, dark=False)
        faults += with_script(house, pictures, axe, dark=True)
        faults += without_script(house, pictures)
        enforce = house.command("domain", "show", "plain.example")["enforce"]
        if enforce is not True:
            faults.append("the switch that was set on the page is not set")
    if house.code != 0:
        faults.append(f"serve ended with {house.code}")
    for fault in sorted(set(faults)):
        print(fault)
    sys.exit(1 if faults else 0)


main()
