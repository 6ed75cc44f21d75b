"""What a sign-in through the provider opens: the account it was tied to by a claim that stays, nothing it makes.

mozilla-django-oidc walks the code flow (state, nonce, PKCE, keys); what it leaves open is closed here: issuer,
audience, times, a subject that is the same in both answers. No account, role or name is taken over from the provider.
"""

from __future__ import annotations

import jwt
import requests
import structlog
from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from portal.access import provider
from portal.access.models import ProviderAccount, ProviderSignIn
from portal.access.provider import Refused, Silent
from portal.desk.sign_in import address

log = structlog.get_logger("portal.access")
LEEWAY = 60
"""Seconds the provider's clock may differ."""
TRIES = (Limit("provider", 60, 600),)
"""Answers of the provider that did not hold, from one address: a whole centre may stand behind it."""


class NotTied(Refused):
    """The provider vouches for somebody whom no account here is tied to."""

    def __init__(self, subject: str, called: str):
        super().__init__(
            f"Tài khoản {called} ở {settings.OIDC_NAME} chưa được nối với tài khoản nào ở đây. Hãy đăng nhập bằng mật "
            "khẩu, mở Đăng nhập của tôi rồi bấm Nối; chưa có tài khoản ở đây thì nhờ quản trị viên của cơ quan tạo."
        )
        self.subject = subject
        self.called = called


class Exchange(OIDCAuthenticationBackend):
    """The library's exchange of the code for the claims of the person, with the checks it leaves out."""

    get_settings = staticmethod(provider.setting)

    def get_or_create_user(self, access_token, id_token, payload) -> dict:
        """Return the claims; the one that ties is asked for where the token does not hold it."""
        if settings.OIDC_CLAIM in payload:
            return payload
        more = self.get_userinfo(access_token, id_token, payload)
        if more.get("sub") != payload["sub"]:
            raise SuspiciousOperation("userinfo of another subject")
        return {**payload, settings.OIDC_CLAIM: more.get(settings.OIDC_CLAIM)}

    def retrieve_matching_jwk(self, token) -> jwt.PyJWK:
        """Return the published key the token names; one that names none is of the only key (OpenID Connect Core, 10.1).

        The library took a missing name for a fault, of the token as of a key.
        """
        answer = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=provider.WAIT)
        answer.raise_for_status()
        named = jwt.get_unverified_header(token)
        keys = [
            key
            for key in answer.json()["keys"]
            if key.get("use", "sig") == "sig"
            and key.get("alg", self.OIDC_RP_SIGN_ALGO) == self.OIDC_RP_SIGN_ALGO
            and ("kid" not in named or key.get("kid") == named["kid"])
        ]
        if len(keys) != 1:
            raise SuspiciousOperation(f"{len(keys)} keys fit the token")
        return jwt.PyJWK(keys[0], algorithm=self.OIDC_RP_SIGN_ALGO)

    def _verify_jws(self, payload, key):
        issuer = provider.discovered()["issuer"]
        claims = jwt.decode(
            payload,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (others or "azp" in claims) and claims.get("azp") != self.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation("token for another party")
        return claims


def claims_of(request, **kept) -> dict:
    """Return what the provider vouches for; `kept` is what the session kept for it. Raises Refused."""
    try:
        claims = Exchange().authenticate(request, **kept)
    except (requests.ConnectionError, requests.Timeout) as error:
        raise Silent from error
    except (requests.RequestException, SuspiciousOperation, jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
        log.warning("provider_answer_refused", why=type(error).__name__, what=str(error)[:120])
        claims = None
    if not claims:
        write_down(request, ProviderSignIn.Outcome.UNSOUND)
        raise Refused(
            f"Câu trả lời của {settings.OIDC_NAME} không kiểm tra được, nên chưa đăng nhập. Hãy thử lại; vẫn không "
            "được thì đăng nhập bằng mật khẩu và báo quản trị viên."
        )
    return claims


class ByProvider(BaseBackend):
    """The backend of a sign-in through the provider. It gives no rights: those are the account's own."""

    def authenticate(self, request, nonce=None, code_verifier=None):
        """Return the tied account. Raises Refused, with a line in the log where somebody was vouched for."""
        caller = address(request) or ""
        if guessing.is_over(TRIES, f"provider:{caller}"):
            raise Refused("Nơi này đã thử nhiều lần không được. Hãy đợi mười phút rồi đăng nhập lại.")
        claims = claims_of(request, nonce=nonce, code_verifier=code_verifier)
        subject = str(claims.get(settings.OIDC_CLAIM) or "")[:255]
        called = str(claims.get("preferred_username") or claims.get("email") or subject)[:80]
        request.provider_claims = claims
        tied = ProviderAccount.objects.filter(issuer=settings.OIDC_ISSUER, subject=subject) if subject else None
        row = tied.select_related("user").first() if tied is not None else None
        if row is None:
            write_down(request, ProviderSignIn.Outcome.UNKNOWN, subject=subject)
            raise NotTied(subject, called)
        if not (row.user.is_active and row.user.is_staff):
            write_down(request, ProviderSignIn.Outcome.CLOSED, user=row.user, subject=subject)
            raise Refused("Tài khoản của bạn ở đây đã khóa. Hãy hỏi quản trị viên của cơ quan.")
        return row.user

    def get_user(self, user_id):
        """Return the person of an open session while the account is open."""
        return ModelBackend().get_user(user_id) if provider.is_on() else None


def write_down(request, outcome: str, *, user=None, subject: str = "", twice: bool = False) -> None:
    """Leave a line in the log of sign-ins through the provider; what was refused counts for its address."""
    caller = address(request) or ""
    if outcome not in {ProviderSignIn.Outcome.ENTERED, ProviderSignIn.Outcome.TIED}:
        try:
            guessing.count(TRIES, [f"provider:{caller}"])
        except guessing.TooMany:
            return
    ProviderSignIn.objects.create(
        at=timezone.now(), user=user, outcome=outcome, subject=subject, address=caller, second_factor=twice
    )
