"""Who brings tables: the one who sees the whole province, the administrator of one centre."""

from __future__ import annotations

import pytest


@pytest.fixture
def province(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("goc", password="x"))
    return client


@pytest.fixture
def keeper(client, centre):
    client.force_login(centre.administrator)
    return client
