"""A WebDriver client of a few lines: what the journey needs of Chromium, with nothing but the standard library."""

import base64
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class DriverError(Exception):
    pass


class Browser:
    """One Chromium under chromedriver, closed by leaving the `with`."""

    def __init__(self, script=True, dark=False, width=1200, height=900):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.driver.stdout:
            if "successfully on port " in line:
                self.base = "http://127.0.0.1:" + line.split("on port ")[1].strip().rstrip(".")
                break
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en"]
        arguments += [f"--window-size={width},{height}", "--force-prefers-reduced-motion"]
        if dark:
            arguments.append("--force-dark-mode")
        preferences = {} if script else {"profile.managed_default_content_settings.javascript": 2}
        options = {"args": arguments, "prefs": preferences}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self.session = "/session/" + answer["sessionId"]
        if dark:
            self.emulate("prefers-color-scheme", "dark")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", self.session)
        finally:
            self.driver.kill()
            self.driver.wait()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise DriverError(json.load(error)["value"]["message"]) from None

    def cdp(self, command, **parameters):
        return self.call("POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def emulate(self, name, value):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": name, "value": value}])

    def size(self, width, height=900):
        self.cdp(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def open(self, url):
        self.call("POST", self.session + "/url", {"url": url})

    @property
    def url(self):
        return self.call("GET", self.session + "/url")

    @property
    def title(self):
        return self.call("GET", self.session + "/title")

    @property
    def source(self):
        return self.call("GET", self.session + "/source")

    def run(self, script, *arguments):
        return self.call("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, css):
        # A page that a form has just asked for may not be there yet.
        for attempt in range(60):
            try:
                return self.call("POST", self.session + "/element", {"using": "css selector", "value": css})[ELEMENT]
            except DriverError as error:
                if "no such element" not in str(error) or attempt == 59:
                    raise
                time.sleep(0.25)

    def has(self, css):
        return bool(self.call("POST", self.session + "/elements", {"using": "css selector", "value": css}))

    def by_text(self, tag, text):
        path = f"//{tag}[contains(normalize-space(.), '{text}')]"
        return self.call("POST", self.session + "/element", {"using": "xpath", "value": path})[ELEMENT]

    def text(self, css="main"):
        return self.call("GET", f"{self.session}/element/{self.find(css)}/text")

    def press(self, element):
        self.call("POST", f"{self.session}/element/{element}/click", {})

    def click(self, text, tag="button"):
        self.press(self.by_text(tag, text))

    def fill(self, name, value):
        element = self.find(f"main [name='{name}']:not([type=hidden])")
        self.call("POST", f"{self.session}/element/{element}/clear", {})
        self.call("POST", f"{self.session}/element/{element}/value", {"text": value})

    def choose(self, name, value):
        self.press(self.find(f"select[name='{name}'] option[value='{value}']"))

    KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " ", "Down": "\ue015", "Up": "\ue013", "End": "\ue010"}

    def key(self, *names):
        """Presses these keys, one after the other, wherever the focus is."""
        for name in names:
            value = self.KEYS.get(name, name)
            steps = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
            self.call(
                "POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]}
            )

    def type(self, text):
        steps = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self.call("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def wait(self, condition, what, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            try:
                if condition():
                    return
            except DriverError:
                pass
            time.sleep(0.1)
        raise DriverError(f"waited in vain for: {what}; the page says: {self.text()[:500]}")

    def shot(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1}
        data = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
