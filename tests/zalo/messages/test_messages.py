"""The registry of messages: every step has one, each carries the receipt number, wording is checked and versioned."""

import datetime as dt
import unicodedata

import pytest
from django.utils import timezone

from dossiers.models import DossierEvent
from dossiers.states import State
from dossiers.workflow import acts
from tests import factories
from zalo.account import template_register
from zalo.messages import registry as messages
from zalo.messages import template_data
from zalo.messages.registry import MessageKind, Placeholder, fill, preview, problems
from zalo.messages.texts import dossier_facts
from zalo.models import OutboxMessage, Wording
from zalo.sandbox.seed import TEMPLATES

K = DossierEvent.Kind
ALL = messages.all_kinds()
OF_DOSSIERS = [kind for kind in ALL if kind.needs_receipt_number]
SILENT = {K.HANDED_OVER, K.PAPER_ISSUED, K.DETAILS_CORRECTED, K.LATE_REPORT, K.FEES_COLLECTED, K.FEES_CANCELLED}


@pytest.mark.parametrize("kind", OF_DOSSIERS, ids=lambda kind: kind.slug)
def test_every_dossier_message_carries_the_receipt_number(kind):
    assert dossier_facts.RECEIPT_NUMBER in kind.placeholders and dossier_facts.RECEIPT_NUMBER.required
    assert dossier_facts.RECEIPT_NUMBER.sample in preview(kind, kind.text)
    without = kind.text.replace("{so_bien_nhan}", "")
    assert any("so_bien_nhan" in fault for fault in problems(kind, without))
    if kind.script:
        assert "{so_bien_nhan}" in kind.script


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.slug)
def test_every_default_wording_is_usable(kind):
    assert problems(kind, kind.text) == []
    assert len(preview(kind, kind.text)) < messages.TEXT_LIMIT
    assert "{" not in preview(kind, kind.text)
    assert kind.title and kind.samples
    if kind.call:
        assert kind.script, "what the clerk says on the telephone"


@pytest.mark.parametrize("event_kind", [kind for kind in K.values if kind not in SILENT])
def test_every_event_a_citizen_should_know_has_a_message(event_kind):
    assert any(kind.required for kind in messages.for_event(event_kind))


@pytest.mark.parametrize("event_kind", sorted(SILENT))
def test_inner_work_is_not_told(event_kind):
    assert messages.for_event(event_kind) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
def test_the_message_of_every_state_is_built_from_the_real_act(centre, procedure, state):
    dossier = factories.in_state(state, centre, procedure, now=timezone.now())
    event = dossier.events.order_by("-pk").first()
    for kind in messages.for_event(event.kind):
        content = messages.render(kind, kind.values(event))
        assert dossier.shown_number in content["text"]
        assert set(content["values"]) >= {hole.name for hole in kind.placeholders}
        if kind.script:
            assert dossier.shown_number in content["script"]


@pytest.mark.django_db
def test_a_long_list_of_reasons_is_cut_and_points_to_the_page(centre, procedure):
    from dossiers.workflow import acts

    dossier = factories.in_state("appraising", centre, procedure, now=timezone.now())
    reasons = [dict(factories.REASON, what=f"Nộp bản thứ {n} " + "có xác nhận " * 8) for n in range(30)]
    event = acts.do("request_supplement", dossier, by=None, now=timezone.now(), reasons=reasons)
    [kind] = messages.for_event(event.kind)
    text = messages.render(kind, kind.values(event))["text"]
    assert len(text) <= messages.TEXT_LIMIT and dossier.shown_number in text and "/h/" in text
    assert "1. Trích đo bản đồ: Nộp bản thứ 0" in text and "xem đủ tại" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "trống"),
        ("Hồ sơ {so_bien_nhan} {ten_la}", "Không có chỗ điền {ten_la}"),
        ("Hồ sơ {so_bien_nhan} {", "viết lẻ"),
        ("Hồ sơ {so_bien_nhan.__class__}", "viết lẻ"),
        ("Hồ sơ của ông/bà", "Phải có {so_bien_nhan}"),
        ("Hồ sơ {so_bien_nhan}" + "a" * 2000, "dài quá"),
    ],
)
def test_faulty_wording_is_refused_with_a_sentence(text, words):
    assert any(words in fault for fault in problems(messages.get("dossier.assigned"), text))


def test_filling_is_nfc_and_leaves_no_holes():
    text = fill(
        unicodedata.normalize("NFD", "Hồ sơ {so_bien_nhan}\n{loi_nhan}\n\n\nHẹn {ngay_hen}"), {"so_bien_nhan": "A-1"}
    )
    assert text == unicodedata.normalize("NFC", text) == "Hồ sơ A-1\n\nHẹn"


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind.by_template], ids=lambda kind: kind.slug)
def test_a_kind_that_goes_by_template_knows_a_usual_one_or_says_that_none_fits(kind):
    usual = {name for _, name, *_ in TEMPLATES}
    assert kind.usual_template in usual or kind.template == ""
    assert not (kind.events or kind.feedback) or kind.usual_template in usual


@pytest.mark.django_db
def test_a_new_kind_gets_the_template_of_its_family_proposed(channel, monkeypatch):
    text = "Hồ sơ {so_bien_nhan}: {trang_thai}"
    new = MessageKind(slug="dossier.checking", title="Kiểm tra kết quả", placeholders=dossier_facts.COMMON, text=text)
    monkeypatch.setitem(messages._kinds, new.slug, new)
    channel.map_templates()
    lines = {line.kind.slug: line for line in template_register.mapping(channel.account)}
    assert lines[new.slug].use.template.name == "trang_thai_ho_so" and not lines[new.slug].faults
    assert [slug for slug, line in lines.items() if line.use is None] == ["dossier.linked_by_another"]


@pytest.mark.django_db
@pytest.mark.parametrize("last_day", [None, dt.date(2026, 12, 15)])
def test_what_is_asked_for_before_the_receipt_goes_by_template_with_its_own_last_day(
    channel, centre, procedure, last_day
):
    channel.map_templates()
    dossier = factories.in_state(State.SUBMITTED, centre, procedure)
    reasons = [{"what": "Nộp tờ khai", "why": "Còn thiếu"}]
    acts.do("ask_submitter", dossier, by=centre.clerk, now=timezone.now(), reasons=reasons, note="", last_day=last_day)
    event = dossier.events.order_by("-pk").first()
    [kind] = messages.for_event(event.kind)
    [line] = [line for line in template_register.mapping(channel.account) if line.kind == kind]
    data = template_data.filled(line.use.template, line.use.mapping, kind.values(event))
    assert data["han_bo_sung"] == ("15/12/2026" if last_day else "không đặt hạn")
    assert "Nộp tờ khai" in data["noi_dung"]


def test_an_empty_value_leaves_no_gap():
    assert fill("Mã {a}. {b} {c}\n{b}\nXem {b}\ntại đây", {"a": "1", "c": "Xong."}) == "Mã 1. Xong.\n\nXem\ntại đây"


def test_values_are_not_filled_again():
    assert fill("{a}", {"a": "{b}", "b": "bí mật"}) == "{b}"


def test_a_kind_with_faulty_wording_cannot_be_registered():
    hole = Placeholder("so_bien_nhan", "số biên nhận", "1", required=True)
    with pytest.raises(ValueError, match="so_bien_nhan"):
        messages.register(MessageKind(slug="test.bad", title="x", placeholders=(hole,), text="Không có số"))
    with pytest.raises(KeyError):
        messages.get("test.bad")


@pytest.mark.django_db
def test_rewording_makes_versions_and_refuses_faults(centre):
    from django.core.exceptions import ValidationError

    first = messages.reword("dossier.assigned", "Hồ sơ {so_bien_nhan} đã giao", by=centre.editor)
    second = messages.reword("dossier.assigned", "Hồ sơ {so_bien_nhan} đã được giao", by=centre.editor, note="sửa lời")
    assert (first.version, second.version) == (1, 2) and messages.current_wording("dossier.assigned") == second
    with pytest.raises(ValidationError, match="so_bien_nhan"):
        messages.reword("dossier.assigned", "Hồ sơ đã giao", by=centre.editor)
    with pytest.raises(ValidationError, match="ten_la"):
        messages.reword("dossier.result_ready", "{so_bien_nhan} {noi_nhan}", by=None, phone_script="Alo {ten_la}")
    assert Wording.objects.count() == 2


@pytest.mark.django_db
def test_the_newest_wording_is_used_for_new_messages_only(channel, procedure):
    now = timezone.now()
    first = factories.dossier(channel.centre, procedure, now=now)
    Wording.objects.create(kind="dossier.accepted", version=1, text="Cũ {so_bien_nhan}")
    Wording.objects.create(kind="dossier.accepted", version=2, text="Đã nhận {so_bien_nhan}")
    second = factories.dossier(channel.centre, procedure, now=now)
    old = OutboxMessage.objects.get(dossier=first, kind="dossier.accepted")
    new = OutboxMessage.objects.get(dossier=second, kind="dossier.accepted")
    assert "đã tiếp nhận" in old.content["text"] and new.content["text"] == f"Đã nhận {second.shown_number}"
    assert messages.current_wording("dossier.accepted").version == 2
