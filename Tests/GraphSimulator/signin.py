"""The sign-in service: admin consent and tokens, with the errors of its reference page."""
import base64
import json
import os
import subprocess
import tempfile
import time
import uuid
from urllib.parse import urlencode

ROLES = ["User.Read.All", "GroupMember.Read.All", "OrgContact.Read.All", "Organization.Read.All", "MailboxSettings.Read"]


class SignIn:
    def __init__(self, client_id, secret):
        self.client_id, self.secret = client_id, secret
        self.certificate = None          # PEM of a registered certificate's public key, and its thumbprint
        self.thumbprint = None
        self.consent = {}                # tenant id -> roles
        self.answer = "granted"
        self.tokens = {}                 # token -> (tenant id, roles, end)
        self.lifetime = 3599
        self.without_roles = 0           # so many tokens still lack the roles of a fresh consent
        self.issued = 0

    # ---- Consent -------------------------------------------------------------------------------------------------

    def redirect(self, tenant, query):
        """Where the browser is sent after an administrator of `tenant` has decided."""
        back, state = query.get("redirect_uri", ""), query.get("state", "")
        scope = query.get("scope", "")
        if query.get("client_id") != self.client_id or not scope.endswith("/.default"):
            return None
        if self.answer == "denied":
            return back + "?" + urlencode({
                "admin_consent": "True", "error": "consent_required", "state": state,
                "error_description": "AADSTS65004: The user declined.\r\nTrace ID: 1\r\nTimestamp: now"})
        if self.answer == "denied-v1":
            return back + "?error=permission_denied&error_description=The+admin+canceled+the+request"
        self.consent[tenant] = list(ROLES)
        return back + "?" + urlencode({"admin_consent": "True", "tenant": tenant, "scope": scope, "state": state})

    # ---- Tokens --------------------------------------------------------------------------------------------------

    def token(self, tenant, known, form, url, scope_host):
        def refuse(status, error, code, text):
            return status, {
                "error": error, "error_description": f"AADSTS{code}: {text}\r\nTrace ID: {uuid.uuid4()}",
                "error_codes": [code], "timestamp": "2026-01-01 00:00:00Z", "trace_id": "1", "correlation_id": "2"}

        if tenant in ("common", "organizations"):
            return refuse(400, "invalid_request", 9001023, "The grant type isn't supported over /common.")
        if not known:
            return refuse(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            return refuse(400, "unsupported_grant_type", 70003, "No.")
        if form.get("scope") != scope_host + "/.default":
            return refuse(400, "invalid_scope", 1002012, "The provided value for scope is not valid.")
        if form.get("client_id") != self.client_id:
            return refuse(400, "unauthorized_client", 700016, "Application was not found in the directory.")
        if "client_assertion" in form:
            if flaw := self.assertion_flaw(form["client_assertion"], url):
                return refuse(401, "invalid_client", *flaw)
        elif "client_secret" not in form:
            return refuse(401, "invalid_client", 7000218, "The request body must contain client_assertion or client_secret.")
        elif self.secret == "expired":
            return refuse(401, "invalid_client", 7000222, "The provided client secret keys are expired.")
        elif form["client_secret"] != self.secret:
            return refuse(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if tenant not in self.consent:
            return refuse(401, "invalid_client", 7000229, "The client application is missing service principal in the tenant.")
        roles = list(self.consent[tenant])
        if self.without_roles > 0:
            self.without_roles -= 1
            roles = []
        self.issued += 1
        token = base64.urlsafe_b64encode(os.urandom(900)).decode()
        self.tokens[token] = (tenant, roles, time.time() + self.lifetime)
        return 200, {"token_type": "Bearer", "expires_in": self.lifetime, "ext_expires_in": self.lifetime, "access_token": token}

    def assertion_flaw(self, jwt, url):
        def part(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        try:
            head, claims, signature = jwt.split(".")
            header, body = json.loads(part(head)), json.loads(part(claims))
        except Exception:
            return 50027, "JWT token is invalid or malformed."
        if not self.certificate or header.get("x5t#S256") != self.thumbprint or header.get("alg") != "PS256":
            return 700027, "The certificate with identifier used to sign the client assertion is not registered."
        now = time.time()
        if not (body["nbf"] - 300 <= now <= body["exp"] <= now + 660):
            return 700024, "Client assertion is not within its valid time range."
        if body["aud"] != url or body["iss"] != self.client_id or body["sub"] != self.client_id or not body.get("jti"):
            return 700023, "Client assertion audience claim does not match."
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("key", self.certificate.encode()), ("signature", part(signature))):
                with open(f"{folder}/{name}", "wb") as file:
                    file.write(content)
            check = subprocess.run(
                ["openssl", "dgst", "-sha256", "-verify", f"{folder}/key", "-signature", f"{folder}/signature",
                 "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
                input=f"{head}.{claims}".encode(), capture_output=True)
        return None if check.returncode == 0 else (700027, "Client assertion contains an invalid signature.")

    def register(self, certificate):
        """Takes a certificate in PEM as an app registration does."""
        key = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=certificate.encode(), capture_output=True)
        der = subprocess.run(["openssl", "x509", "-outform", "DER"], input=certificate.encode(), capture_output=True)
        import hashlib
        self.certificate = key.stdout.decode()
        self.thumbprint = base64.urlsafe_b64encode(hashlib.sha256(der.stdout).digest()).decode().rstrip("=")
