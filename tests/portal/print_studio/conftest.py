import datetime as dt

import pytest
import time_machine
from django.test import Client

from dossiers.models import Agency, Desk
from tests import people
from tests.portal.print_studio.printed import NOW
from zalo import models as zalo
from zalo.account import agencies_served


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place(settings, tmp_path):
    """A centre with two counters below a province whose account speaks for it."""
    settings.PUBLIC_BASE_URL = "https://motcua.tayninh.gov.vn"
    settings.MEDIA_ROOT = tmp_path
    agencies_served.forget()
    centre = people.centre()
    province = Agency.objects.create(code="H80", kind=Agency.Kind.PROVINCE, name="UBND tỉnh Tây Ninh")
    Agency.objects.filter(pk=centre.agency.pk).update(parent=province)
    centre.agency.refresh_from_db()
    account = zalo.Account.objects.create(
        name="Chính quyền số tỉnh Tây Ninh",
        search_keyword="chính quyền số tây ninh",
        alias="chinhquyensotayninh",
        oa_id="388613280878808645",
        app_id="360846524940903967",
        keeper=province,
    )
    zalo.AccountAgency.objects.create(account=account, agency=province, valid_from=dt.date(2026, 1, 1))
    Desk.objects.create(agency=centre.agency, code="CG-02", name="Quầy trả kết quả", kind=Desk.Kind.RETURN)
    return centre


@pytest.fixture
def province(place) -> Agency:
    return place.agency.parent


@pytest.fixture
def account(place) -> zalo.Account:
    return zalo.Account.objects.get()


@pytest.fixture
def signed_in():
    def client_of(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of
