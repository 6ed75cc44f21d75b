"""A small OpenID Connect provider that answers over real HTTP with real keys: discovery, code flow, PKCE, rotation.

It lets in whoever is `person` without asking, and is strict with the other side: client, secret, redirect address, a
code that counts once and its PKCE proof. What tests let it get wrong is in `spoilt` (claims of the token) and
`signing_key`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "cong-mot-cua", "bí mật +/=%41"


class IdentityProvider:
    """The provider while it runs; `person` are the claims of whoever sits before it."""

    def __init__(self):
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.codes: dict[str, dict] = {}
        self.tokens: dict[str, dict] = {}
        self.begin_again()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def begin_again(self) -> None:
        """Forget what a test changed."""
        self.person: dict = {"sub": "a1b2", "preferred_username": "lan.nt"}
        self.spoilt: dict = {}
        self.hidden: set[str] = set()
        self.signing_key: rsa.RSAPrivateKey | None = None
        self.asked: dict = {}
        self.claimed_issuer = ""
        if not self.keys:
            self.rotate()

    def rotate(self) -> None:
        """Take a new key; the one before opens nothing any more."""
        self.keys = {secrets.token_hex(4): rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def description(self) -> dict:
        return {
            "issuer": self.claimed_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/vao",
            "token_endpoint": f"{self.issuer}/the",
            "userinfo_endpoint": f"{self.issuer}/nguoi",
            "jwks_uri": f"{self.issuer}/khoa",
            "end_session_endpoint": f"{self.issuer}/ra",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def published(self) -> dict:
        found = []
        for kid, key in self.keys.items():
            own = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
            found.append({**own, "kid": kid, "alg": "RS256", "use": "sig"})
        return {"keys": found}

    def code_for(self, asked: dict) -> str:
        self.asked = asked
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def exchange(self, sent: dict, authorization: str) -> dict | None:
        """Return the tokens for a code, None for anything that is not right."""
        asked = self.codes.pop(sent.get("code", ""), None)
        known = "Basic " + base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
        if asked is None or authorization != known or "client_secret" in sent:
            return None
        proof = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).decode().rstrip("=") != asked["code_challenge"]:
            return None
        if asked["code_challenge_method"] != "S256" or sent["redirect_uri"] != asked["redirect_uri"]:
            return None
        token = secrets.token_urlsafe(16)
        self.tokens[token] = self.person
        return {"access_token": token, "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {name: value for name, value in self.person.items() if name not in self.hidden}
        claims = {name: value for name, value in {**claims, **self.spoilt}.items() if value is not None}
        kid, key = next(iter(self.keys.items()))
        return jwt.encode(claims, self.signing_key or key, algorithm="RS256", headers={"kid": kid})


def _handler(provider: IdentityProvider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self.answer(provider.description())
            elif parts.path == "/khoa":
                self.answer(provider.published())
            elif parts.path == "/nguoi":
                person = provider.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
                self.answer(person or {}, 200 if person else 401)
            elif parts.path == "/vao":
                asked = dict(parse_qsl(parts.query))
                right = asked["client_id"] == CLIENT and asked["response_type"] == "code" and "openid" in asked["scope"]
                back = {"code": provider.code_for(asked)} if right else {"error": "invalid_request"}
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({**back, 'state': asked['state']})}")
                self.end_headers()
            else:
                self.answer({}, 404)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            tokens = provider.exchange(sent, self.headers.get("Authorization", ""))
            self.answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def answer(self, found: dict, status: int = 200):
            body = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing: the test tells."""

    return Handler
