"""Who calls the API (header `Authorization: Api-Key <key>`), and what the key allows."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from portal.api import keys
from portal.api.models import ApiClient


class ApiKeyAuthentication(BaseAuthentication):
    """Authenticate by key: request.auth is the ApiClient, request.user stays None."""

    keyword = b"api-key"

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Tiêu đề Authorization phải có dạng: Api-Key <khóa>.")
        client = keys.client_with(parts[1].decode("latin-1"))
        if client is None:
            raise AuthenticationFailed("Khóa kết nối không đúng hoặc đã bị thu hồi.")
        today = timezone.localdate()
        if client.last_used_on != today:
            ApiClient.objects.filter(pk=client.pk).update(last_used_on=today)
        return None, client

    def authenticate_header(self, request) -> str:
        return "Api-Key"


class HasScope(BasePermission):
    """Any client may read; changing anything needs one of the view's `scopes`, the write scope where it names none."""

    message = "Khóa này không được làm việc đó. Hãy xin khóa có quyền rộng hơn."

    def has_permission(self, request, view) -> bool:
        client = request.auth
        if not isinstance(client, ApiClient):
            return False
        return request.method in SAFE_METHODS or client.scope in getattr(view, "scopes", (ApiClient.Scope.WRITE,))


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes the key."""

    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Api-Key <khóa>"}
