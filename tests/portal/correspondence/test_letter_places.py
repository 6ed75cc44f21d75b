"""Where one letter of apology goes: written by who drafts it, printed so, frozen once issued (S3-11)."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from dossiers.letters import acts as letter_acts
from dossiers.workflow.moving import Stale
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def test_places_and_enclosure_of_one_letter_are_printed_and_then_frozen(client, centre, procedure, elsewhere):
    letter = drafted(centre, procedure)
    address = reverse("admin:correspondence_letter_distribution", args=[letter.pk])
    page = reverse("admin:dossiers_letter_change", args=[letter.pk])
    with time_machine.travel(FRIDAY, tick=False):
        client.force_login(elsewhere.handler)
        assert client.get(address).status_code == 404
        client.force_login(centre.handler)
        assert "Sửa nơi nhận, gửi kèm" in body(client.get(page))
        sent = {"recipients": "UBND xã (báo cáo);\nLưu: VT, ĐC.", "electronic": "Bộ phận Một cửa",
                "enclosure": "(Sao gửi kèm Công văn số 212/VP-TTPVHCC ngày 02/8/2019)"}  # fmt: skip
        assert client.post(address, {**sent, "version": letter.version + 7}).status_code == 422
        too_long = client.post(address, {**sent, "recipients": "x" * 300, "version": letter.version})
        assert too_long.status_code == 422 and "mỗi nơi một dòng" in body(too_long)
        assert client.post(address, {**sent, "version": letter.version}).status_code == 302
        shown = body(client.get(page))
        assert "UBND xã (báo cáo)" in shown and "Sửa nơi nhận, gửi kèm" in shown
        with pytest.raises(Stale):
            letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)  # as it was before its places changed
        letter.refresh_from_db()
        letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
        text = PdfReader(io.BytesIO(letter.paper.file.open("rb").read())).pages[0].extract_text()
        said = " ".join(text.split())
        assert "Nơi nhận: - Như trên; - UBND xã (báo cáo); - Lưu: VT, ĐC." in said
        assert "Bản điện tử: - Bộ phận Một cửa." in said
        assert "(Sao gửi kèm Công văn số 212/VP-TTPVHCC ngày 02/8/2019)" in said
        late = client.post(address, {**sent, "version": letter.version})
        assert late.status_code == 422 and "nơi nhận đã chốt" in body(late)
