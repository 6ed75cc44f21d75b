"""Parts that a neighbour system spoils are left out or cut, never the whole dossier; what had no effect is said."""

import datetime as dt
import io
import json

import pytest
from django.conf import settings
from django.test import Client

from dossiers.intake import connector
from dossiers.models import Dossier
from dossiers.workflow.moving import Stale
from tests import people
from tests.people import MONDAY
from tests.portal.api.test_door import CODE, body, event
from tests.portal.api.test_neighbour import ACCEPTED_AT, door, on_wednesday, warned

__all__ = ["door", "on_wednesday"]


SPOILT = {
    "submitter": ({"full_name": "", "phone": "0912345678"}, "submitter"),
    "submitter of signs": ({"full_name": "---"}, "submitter"),
    "representative": ({"full_name": "Lê Văn C"}, "representative"),
    "papers": ("Đơn đăng ký", "papers"),
    "channel": ("Trực tiếp", "channel"),
    "receipt_number": ("B" * 80, "receipt_number"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_part_that_cannot_be_read_does_not_keep_a_dossier_out(door, name):
    value, field = SPOILT[name]
    answer = door("put", CODE, body(**{name.split()[0]: value}))
    assert answer.status_code == 201, answer.content
    assert list(warned(answer)) == [field] and "Không dùng được" in warned(answer)[field]
    dossier = Dossier.objects.get()
    assert dossier.submitter == dossier.owner and dossier.channel == "counter" and dossier.receipt_id


def test_facts_that_are_no_text_and_papers_that_are_none_are_left_out_one_by_one(door):
    person = {"full_name": "Nguyễn Văn An", "kind": "Cá nhân", "phone": ["0912345678"], "address": {"xa": 1}}
    papers = [{"name": "Đơn", "originals": "một"}, "", {"name": None, "copies": 2}, "Bản vẽ", {"name": "Dài " * 900}]
    answer = door("put", CODE, body(applicant=person, papers=papers))
    assert answer.status_code == 201, answer.content
    told = {"applicant.kind", "applicant.phone", "applicant.address", "papers[0].originals", "papers[4].name"}
    assert set(warned(answer)) == told | {"papers[2]"}
    kept = list(Dossier.objects.get().papers.order_by("order").values_list("name", flat=True))
    assert kept[:2] == ["Đơn", "Bản vẽ"] and len(kept) == 3 and len(kept[2]) <= 2000


def test_an_organisation_keeps_what_can_be_used_of_its_representative(door):
    firm = {"kind": "enterprise", "full_name": "Công ty A"}
    acting = {"full_name": "Lê Văn C", "id_number": "12", "position": "Giám đốc " * 40}
    answer = door("put", CODE, body(applicant=firm, representative=acting))
    assert answer.status_code == 201, answer.content
    assert set(warned(answer)) == {"representative.id_number", "representative.position"}
    owner = Dossier.objects.get().owner
    assert (owner.representative, owner.representative_id) == ("Lê Văn C", "")


def test_blank_is_as_absent_everywhere(door):
    person = {"full_name": "Nguyễn Văn An", "kind": "", "phone": " ", "email": ""}
    blank = dict.fromkeys(["due_at", "channel", "receipt_number", "state"], "")
    blank |= {"submitter": {"full_name": "", "phone": ""}, "representative": {"full_name": ""}, "papers": [""]}
    answer = door("put", CODE, body(applicant=person, **blank))
    assert answer.status_code == 201, answer.content
    assert answer.json()["warnings"] == []
    step = event("a", "assigned", ACCEPTED_AT, note="", due_at="", unit="", reasons="")
    answer = door("post", f"{CODE}/events", step)
    assert answer.status_code == 201 and answer.json()["warnings"] == [], answer.content


def test_a_note_that_is_too_long_is_cut_and_its_step_is_made(door):
    door("put", CODE, body())
    answer = door("post", f"{CODE}/events", event("a", "assigned", ACCEPTED_AT, note="Đã chuyển. " * 500))
    assert answer.status_code == 201 and set(warned(answer)) == {"note"}
    assert Dossier.objects.get().state == "assigned"


def test_a_file_with_the_mark_of_its_encoding_is_read(door):
    assert door("put", CODE, "\ufeff" + json.dumps(body())).status_code == 201


def test_an_agency_is_known_by_its_code_in_any_case(door):
    assert door("put", CODE, body(agency_code=" h80.05 ")).status_code == 201


# --- What had no effect is said ---


def test_an_event_id_used_again_for_another_step_is_told(door):
    door("put", CODE, body())
    first = event("1", "assigned", ACCEPTED_AT)
    assert door("post", f"{CODE}/events", first).json()["warnings"] == []
    assert door("post", f"{CODE}/events", first).json()["warnings"] == [], "the same again is no news"
    other = event("1", "appraising", ACCEPTED_AT + dt.timedelta(hours=1))
    answer = door("post", f"{CODE}/events", other)
    assert answer.status_code == 200 and "mã khác" in warned(answer)["id"] and "Phân công" in warned(answer)["id"]
    assert Dossier.objects.get().state == "assigned"


def test_what_a_later_put_says_otherwise_and_the_dossier_keeps_is_told(door):
    people.procedure("2.000815", "Chứng thực bản sao")
    door("put", CODE, body(papers=["Đơn"]))
    assert door("put", CODE, body(papers=["Đơn"])).json()["warnings"] == []
    earlier = (MONDAY - dt.timedelta(days=1)).isoformat()
    other = body(procedure_code="2.000815", channel="online", received_at=earlier, papers=["Đơn", "Bản vẽ"])
    answer = door("put", CODE, other)
    assert answer.status_code == 200
    assert set(warned(answer)) == {"procedure_code", "channel", "received_at", "papers"}
    assert "Bản vẽ" in warned(answer)["papers"]


def test_a_receipt_number_put_right_stands_on_the_paper_as_in_the_messages(door):
    door("put", CODE, body(receipt_number="BN-1"))
    door("put", "NEW-2", body(receipt_number="BN-1"))
    one = Dossier.objects.get(code=CODE)
    line = one.receipt.register_number
    assert one.receipt == Dossier.objects.get(code="NEW-2").receipt, "one slip for two dossiers of a person"
    for number in ("BN-2", "BN-3", "BN-1"):
        assert door("put", CODE, body(receipt_number=number)).status_code == 200
        one = Dossier.objects.get(code=CODE)
        assert one.receipt_number == one.receipt.number == number and one.receipt.register_number
    assert one.receipt.register_number == line, "back on the slip of both"
    assert Dossier.objects.get(code="NEW-2").receipt.number == "BN-1"


def test_the_second_dossier_of_a_slip_finds_it_after_a_correction_of_the_person(door):
    who = {"full_name": "Nguyễn Văn An", "phone": "0912345678"}
    door("put", CODE, body(receipt_number="BN-1", applicant=who))
    who["phone"] = "0987654321"
    door("put", CODE, body(receipt_number="BN-1", applicant=who))
    door("put", "NEW-2", body(receipt_number="BN-1", applicant=who))
    assert len(set(Dossier.objects.values_list("receipt", flat=True))) == 1


def test_two_pushes_at_once_are_one_after_the_other(door, monkeypatch):
    door("put", CODE, body())
    really, tried = connector.acts.do, []

    def do(name, *args, **asked):
        tried.append(name)
        if len(tried) == 1:
            raise Stale("Người khác vừa sửa.")
        return really(name, *args, **asked)

    monkeypatch.setattr(connector.acts, "do", do)
    answer = door("put", CODE, body(applicant={"full_name": "Nguyễn Văn Ân"}))
    assert answer.status_code == 200 and tried == ["correct", "correct"]
    assert Dossier.objects.get().owner_name == "Nguyễn Văn Ân"


def in_chunks(door, raw: bytes, *, ends: bool = True):
    """The answer to a body without Content-Length, as the web server hands it over."""
    environ = {"wsgi.input": io.BytesIO(raw), "wsgi.input_terminated": ends, "CONTENT_LENGTH": ""}
    return Client().generic(
        "PUT",
        f"/api/v1/dossiers/{CODE}",
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Api-Key {door.key}", "Transfer-Encoding": "chunked"},
        **environ,
    )


def test_a_body_in_chunks_is_read_whole_or_refused_aloud(door):
    raw = json.dumps(body(), ensure_ascii=False).encode()
    unended, endless = (
        in_chunks(door, raw, ends=False),
        in_chunks(door, b" " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + raw),
    )
    assert (unended.status_code, endless.status_code) == (411, 413)
    assert "Content-Length" in unended.json()["detail"] and not Dossier.objects.exists()
    assert in_chunks(door, raw).status_code == 201
    assert Dossier.objects.get().owner.full_name == "Nguyễn Văn An"
