"""The journey of product.md by keyboard alone: Tab, Enter, Space, arrows and letters. At every step of the way the focus
must be somewhere, be seen, and come in the order in which the page is read.

keyboard.py BINARY CONNECTOR.so CONNECTOR.json PICTURES
"""

import sys

from house import House, people
from webdriver import Browser

OWN = "seven wet ferrets sing"

# Where the focus is, and what is wrong with it.
LOOK = """
var e = document.activeElement;
if (!e || e === document.body || e === document.documentElement) return {lost: true};
var style = getComputedStyle(e), box = e.getBoundingClientRect();
var label = e.labels && e.labels.length ? e.labels[0].textContent : '';
var before = window.before;
window.before = e;
return {
  tag: e.tagName, name: e.name || '', type: e.type || '', text: (e.textContent || '').trim().slice(0, 80),
  label: (label || e.getAttribute('aria-label') || '').trim(), id: e.id, form: e.form ? e.form.getAttribute('action') : '',
  outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0 && box.height > 0,
  covered: (function () {
    var x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 10);
    var top = document.elementFromPoint(x, y);
    return top && !e.contains(top) && !top.contains(e) ? top.outerHTML.slice(0, 80) : '';
  })(),
  backwards: !!(before && before.isConnected && (e.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING)),
  html: e.outerHTML.slice(0, 120)
};
"""


class Hands:
    def __init__(self, house, browser, pictures):
        self.house, self.browser, self.pictures = house, browser, pictures
        self.faults, self.steps, self.number = [], 0, 0

    def look(self, where):
        seen = self.browser.run(LOOK)
        if seen.get("lost"):
            return seen
        for name, isWrong in (
            ("cannot be seen to have the focus", not seen["outline"]),
            ("has the focus outside of the window", not seen["inView"]),
            (f"is covered by {seen['covered']}", bool(seen["covered"])),
            ("comes before the one before", seen["backwards"]),
        ):
            if isWrong:
                self.faults.append(f"{where}: {seen['html']} {name}")
        return seen

    def tab_to(self, where, most=90, **wanted):
        """Tabs to what has these properties: text and label as parts, the others as they are."""
        for _ in range(most):
            self.browser.key("Tab")
            self.steps += 1
            seen = self.look(where)
            if seen.get("lost"):
                self.faults.append(f"{where}: the focus is lost on the way to {wanted}")
                return
            if all(
                value in seen[key] if key in ("text", "label") else value == seen[key] for key, value in wanted.items()
            ):
                return
        raise RuntimeError(f"{where}: {wanted} cannot be reached by Tab: {self.browser.text()[:400]}")

    def fresh(self):
        """A page was loaded: its focus begins at its beginning."""
        self.browser.run("window.before = null")

    def until(self, *words, seconds=40):
        self.browser.wait(lambda: all(word in self.browser.text() for word in words), ", ".join(words), seconds)

    def shot(self, name):
        self.number += 1
        self.browser.shot(f"{self.pictures}/keyboard-{self.number:02}-{name}.png")

    def press(self, where, key="Enter", **wanted):
        self.tab_to(where, **wanted)
        self.browser.key(key)

    def write(self, where, name, text):
        self.tab_to(where, name=name)
        self.browser.type(text)


def skip(hands):
    """The first stop of a page leads past its navigation."""
    hands.browser.key("Tab")
    seen = hands.look("skip link")
    if "Skip to content" not in seen.get("text", ""):
        hands.faults.append(f"the first stop is {seen.get('html')}, not the skip link")
    hands.shot("skip")
    hands.browser.key("Enter")
    if hands.browser.run("return document.activeElement.id") != "main":
        hands.faults.append("the skip link does not lead to the content")
    hands.fresh()


def journey(house, hands):
    browser = hands.browser
    browser.open(house.url + "/")
    skip(hands)
    hands.write("sign in", "name", "admin")
    hands.write("sign in", "password", house.password)
    browser.key("Enter")
    hands.until("Set your own password")
    hands.write("own password", "new", OWN)
    hands.write("own password", "again", OWN)
    browser.key("Enter")
    hands.until("Add your first domain")
    hands.press("overview", text="Add Domain")
    hands.until("Server type")
    hands.write("wizard 1", "name", "example.com")
    hands.tab_to("wizard 1", name="type")
    browser.key("Down")
    hands.shot("wizard")
    if browser.run("return document.activeElement.value") != "generic":
        hands.faults.append("an arrow key does not choose the server type")
    hands.press("wizard 1", text="Next")
    hands.until("Inbound servers")
    hands.write("wizard 2", "inbound", "mail.example.com:25/10")
    hands.press("wizard 2", "Space", text="Next")
    hands.until("Accounts")
    hands.write("wizard 3", "accounts", "postmaster")
    hands.press("wizard 3", text="Add Domain")
    hands.until("was added")
    hands.shot("added")
    hands.press("added", text="Sync", tag="A")
    hands.until("Location")
    skip(hands)
    # What is not there yet may come later; whatever is wrong is said where the focus is.
    hands.press("Sync tab", text="Save", tag="BUTTON")
    hands.until("Saved.")
    hands.fresh()
    hands.write("Sync tab", "h.notify.recipients", "nobody")
    hands.press("Sync tab", text="Save", tag="BUTTON")
    place = "return document.activeElement.matches('#failure, :invalid')"
    browser.wait(lambda: browser.run(place), "the focus on what says what is wrong", 20)
    hands.shot("wrong")
    browser.open(house.url + "/domains/example.com/sync/generic")
    hands.fresh()
    path = house.write("people.csv", people(30))
    hands.write("Sync tab", "s.location", path)
    hands.press("Sync tab", text="Save and test")
    hands.until("The connection works")
    hands.shot("tested")
    hands.press("tested", text="Test Connection")
    hands.until("The connection works")
    hands.press("tested", text="Preview")
    hands.until("Apply", "operations")
    if browser.run("return document.activeElement.id") != "main":
        hands.faults.append("when a run ends the focus is lost")
    hands.fresh()
    hands.shot("preview")
    browser.open(house.url + "/domains/example.com/sync/generic")
    hands.press("Sync tab", "Space", text="Manual Sync")
    hands.until("Applied", "Undo")
    hands.fresh()
    hands.tab_to("run", text="Undo this run")
    hands.shot("run")
    house.write("people.csv", people(12))
    browser.open(house.url + "/domains/example.com/sync/generic")
    hands.press("Sync tab", text="Manual Sync")
    hands.until("Held", "Apply once")
    hands.fresh()
    hands.tab_to("held", text="Apply once")
    hands.shot("held")
    browser.key("Enter")
    hands.until("The plan was applied")


def whole(house, hands):
    """Every page from its first stop to its last: nothing holds the focus, and it goes round."""
    browser = hands.browser
    for path in (
        "/", "/runs", "/explain?address=user1@example.com", "/gateways", "/connectors", "/tokens", "/administrators", "/audit",
        "/password", "/domains/new", "/domains/example.com/accounts", "/domains/example.com/lists",
        "/domains/example.com/inbound", "/domains/example.com/sync/generic", "/domains/example.com/history",
        "/domains/example.com/settings", "/domains/example.com/type",
    ):
        browser.open(house.url + path)
        stops = 0
        while stops < 200:
            browser.key("Tab")
            seen = browser.run(LOOK)
            if seen.get("lost") or seen["backwards"]:
                break
            browser.run("window.before = null")
            stops += 1
            hands.look(path)
        wanted = browser.run(
            "return [...document.querySelectorAll('a[href],button:not([disabled]),input:not([type=hidden]):not([disabled]),"
            "select:not([disabled]),textarea:not([disabled]),summary,[tabindex=\"0\"]')]"
            ".filter(e => e.checkVisibility()).length"
        )
        # A group of radio buttons is one stop.
        groups = browser.run(
            "var n = {}; [...document.querySelectorAll('input[type=radio]')].filter(e => e.checkVisibility())"
            ".forEach(e => n[e.name] = (n[e.name] || 0) + 1);"
            "return Object.values(n).reduce((a, b) => a + b - 1, 0)"
        )
        if stops < wanted - groups:
            hands.faults.append(f"{path}: {stops} stops for {wanted - groups} things that can be used")
        if browser.has("[tabindex]:not([tabindex='0']):not([tabindex='-1'])"):
            hands.faults.append(f"{path}: an order of its own by tabindex")


def main():
    binary, library, manifest, pictures = sys.argv[1:5]
    with House(binary, (library, manifest)) as house:
        with Browser() as browser:
            hands = Hands(house, browser, pictures)
            journey(house, hands)
            whole(house, hands)
    for fault in sorted(set(hands.faults)):
        print(fault)
    print(f"{hands.steps} stops", file=sys.stderr)
    sys.exit(1 if hands.faults else 0)


main()
