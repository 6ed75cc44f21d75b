"""The identity provider of the province (OpenID Connect): whether there is one, and what its discovery says of it.

Off unless OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are all set. The endpoints are read from the provider's
own description and remembered for ten minutes; keys are asked for at each sign-in: a change of keys needs nobody here.
"""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode, urlsplit

import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.core.cache import cache
from django.urls import reverse

BACKEND = "portal.access.provider_sign_in.ByProvider"
PARTS = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
REMEMBERED = 600
"""Seconds the provider's description is remembered."""
WAIT = 10
"""Seconds the provider has to answer."""
BASIC = "client_secret_basic"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


class Refused(Exception):
    """The provider's answer opens nothing; `sentence` says to the person why and what to do next."""

    status = 403

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


class Silent(Refused):
    """The provider does not answer, or not as one."""

    status = 503

    def __init__(self):
        super().__init__(
            f"Không liên lạc được với {settings.OIDC_NAME}. Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu."
        )


def is_on() -> bool:
    """Return whether people may sign in through a provider."""
    return all(getattr(settings, name) for name in PARTS)


def name() -> str:
    """Return what the provider is called, "" where there is none."""
    return settings.OIDC_NAME if is_on() else ""


def is_of(session) -> bool:
    """Return whether the session was begun through the provider."""
    return session.get(BACKEND_SESSION_KEY) == BACKEND


def missing() -> list[str]:
    """Return what a half-made configuration lacks; nothing when there is none at all."""
    given = [name for name in PARTS if getattr(settings, name)]
    return [name for name in PARTS if name not in given] if given else []


def is_safe(address: str) -> bool:
    """Return whether a secret may be sent there: TLS, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in settings.LOOPBACK)


def discovered() -> dict:
    """Return the provider's description of itself. Raises Silent when there is none, or one of somebody else."""
    key = f"oidc-discovery:{settings.OIDC_ISSUER}"
    found = cache.get(key)
    if found is None:
        found = _read()
        cache.set(key, found, REMEMBERED)
    return found


def _read() -> dict:
    try:
        answer = requests.get(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration", timeout=WAIT)
        answer.raise_for_status()
        found = answer.json()
        own = str(found["issuer"]).rstrip("/") == settings.OIDC_ISSUER
        if own and all(is_safe(str(found[name])) for name in ENDPOINTS):
            return found
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise Silent from error
    raise Silent


def setting(name: str, *default):
    """Return what the library asks its settings for."""
    if name.startswith("OIDC_OP_"):
        found = discovered()
        ends = {
            "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
            "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
            "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
            "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
        }
        return found[ends[name]] if name in ends else default[0]
    if name in {"OIDC_TOKEN_USE_BASIC_AUTH", "OIDC_RP_CLIENT_SECRET"}:
        basic = BASIC in discovered().get("token_endpoint_auth_methods_supported", [BASIC])
        # In a header the secret is written like a form's (RFC 6749, 2.3.1).
        return basic if name == "OIDC_TOKEN_USE_BASIC_AUTH" else _secret(in_header=basic)
    own = {
        "OIDC_RP_CLIENT_ID": settings.OIDC_CLIENT_ID,
        "OIDC_RP_SIGN_ALGO": settings.OIDC_ALGORITHM,
        "OIDC_RP_SCOPES": "openid email profile" if settings.OIDC_CLAIM == "email" else "openid profile",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": WAIT,
        "OIDC_AUTHENTICATION_CALLBACK_URL": "admin:desk_provider_return",
        "OIDC_AUTH_REQUEST_EXTRA_PARAMS": _asked_for(),
        "LOGIN_REDIRECT_URL": settings.LOGIN_REDIRECT_URL,
    }
    return own[name] if name in own else default[0]


def _secret(*, in_header: bool) -> str:
    return quote_plus(settings.OIDC_CLIENT_SECRET) if in_header else settings.OIDC_CLIENT_SECRET


def _asked_for() -> dict[str, str]:
    """Ask the provider for the levels that count as a second factor; it may answer with less."""
    wanted = settings.OIDC_SECOND_FACTOR.get("acr", [])
    return {"acr_values": " ".join(wanted)} if wanted else {}


def proved_twice(claims: dict) -> bool:
    """Return whether the provider says, by a word the settings name, that a second factor was used."""
    methods = claims.get("amr") or []
    said = {"acr": [claims.get("acr")], "amr": methods if isinstance(methods, list) else [methods]}
    return any(value in said[claim] for claim, values in settings.OIDC_SECOND_FACTOR.items() for value in values)


def way_out() -> str:
    """Return the address that ends the session at the provider, "" where it offers none or is silent."""
    if not is_on():
        return ""
    try:
        end = str(discovered().get("end_session_endpoint", ""))
    except Silent:
        return ""
    if not end or not is_safe(end):
        return ""
    back = settings.PUBLIC_BASE_URL + reverse("admin:login")
    return f"{end}?{urlencode({'client_id': settings.OIDC_CLIENT_ID, 'post_logout_redirect_uri': back})}"
