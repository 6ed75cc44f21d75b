"""Taking cases in: acknowledgement, routing, limits, the stop before complaints, floods, files, links to dossiers."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency
from dossiers.workflow.moving import ActError, Forbidden
from feedback import codes
from feedback.cases import flood, intake, routing
from feedback.cases.events import feedback_event
from feedback.cases.routing import Nature
from feedback.cases.visitors import TooOften
from feedback.models import Case, Channel, FeedbackEvent, Kind, RoutingRule, TransferRecord
from feedback.states import Status
from tests.factories import dossier
from tests.feedback.conftest import new_case, sent
from tests.people import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """Every event the listeners were told."""
    seen = []

    def listen(event, **_signal):
        seen.append((event, connection.in_atomic_block))

    feedback_event.connect(listen)
    yield seen
    feedback_event.disconnect(listen)


def photo(size=(40, 30), kind="JPEG", **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, **save)
    return out.getvalue()


def test_a_case_is_acknowledged_routed_and_timed(centre, themes, told):
    case = new_case(centre, address="Ấp 2", latitude=Decimal("10.605121"), longitude=Decimal("106.670211"))
    assert codes.normalise(case.code) == case.code
    assert (case.status, case.agency, case.category) == (Status.NEW, centre.agency, themes["ha-tang"])
    assert case.latitude == Decimal("10.60512")
    # Field reports have the local limit: five working days; screening two.
    assert case.due_at == dt.datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
    assert case.screen_due_at == dt.datetime(2026, 11, 18, 17, 0, tzinfo=ZONE)
    [(event, inside)] = told
    assert inside and event.kind == FeedbackEvent.Kind.RECEIVED and event.source == "citizen"
    assert event.facts["code"] == case.code and event.facts["link"].endswith(f"/gop-y/{case.token}/")
    assert "An" not in str(event.facts) and "0912" not in str(event.facts)


def test_national_limits_where_there_is_no_local_one(centre, themes):
    case = new_case(
        centre, kind=Kind.QUESTION, category=themes["thu-tuc"], text="Hỏi giấy tờ khai sinh cho con thứ hai"
    )
    # Fifteen working days from Monday 16/11/2026, 24/11 not declared a day off in the tests' calendar.
    assert case.due_at == dt.datetime(2026, 12, 7, 17, 0, tzinfo=ZONE)
    assert case.ask_due_at == dt.datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)


def test_urgent_field_report_is_due_in_hours(centre, themes):
    case = new_case(centre, category=themes["ha-tang"], urgent=True)
    # 6½ hours are left of Monday, 1½ of the 8 fall on Tuesday.
    assert case.due_at == dt.datetime(2026, 11, 17, 9, 0, tzinfo=ZONE)
    assert case.screen_due_at == case.due_at


def test_the_most_particular_rule_routes(centre, elsewhere, themes):
    RoutingRule.objects.create(category=themes["ha-tang"], agency=elsewhere.agency)
    RoutingRule.objects.create(
        category=themes["ha-tang"], area="Ấp Đông", agency=centre.agency, unit=centre.land, urgent=True
    )
    far = new_case(centre, category=themes["ha-tang"], address="Ấp Tây")
    near = new_case(centre, category=themes["ha-tang"], address="trước nhà văn hóa ấp đông, Cần Giuộc")
    assert (far.agency, far.unit, far.urgent) == (elsewhere.agency, None, False)
    assert (near.agency, near.unit, near.urgent) == (centre.agency, centre.land, True)


def test_personal_data_is_sealed_and_the_search_text_masked(centre):
    case = new_case(centre, text="Chị Hoa quầy 2 hẹn tôi, số tôi 0987 654 321, mail a@b.vn", sender_name="Lê Văn Tám")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text, sender_name, phone, title, search_text FROM feedback_case WHERE id = %s", [case.pk]
        )
        row = " ".join(str(value) for value in cursor.fetchone())
    for secret in ("0987", "Tám", "tam", "a@b.vn", "Hoa"):
        assert secret not in row
    assert Case.objects.get(pk=case.pk).text.endswith("mail a@b.vn")
    assert list(Case.objects.with_phone(case.phone)) == [case]


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("Tôi làm đơn tố cáo ông Chủ tịch xã nhận hối lộ", Nature.DENUNCIATION),
        ("toi to cao can bo dia chinh nhan tien", Nature.DENUNCIATION),
        ("Tôi khiếu nại quyết định xử phạt số 12/QĐ-XPHC", Nature.COMPLAINT),
        ("toi khong dong y, don khieu nai gui kem", Nature.COMPLAINT),
    ],
)
def test_complaints_are_stopped_before_anything_is_kept(centre, text, nature):
    with pytest.raises(intake.MustAsk) as stop:
        intake.receive(sent(centre, text=text), now=MONDAY)
    assert stop.value.verdict.nature == nature
    assert not Case.objects.exists() and not TransferRecord.objects.exists()


@pytest.mark.parametrize(
    "text", ["Cây to cao trước cổng sắp đổ", "cay to cao sap do xuong duong", "Thủ tục khiếu nại làm ở đâu"]
)
def test_innocent_words_pass(centre, text):
    assert isinstance(intake.receive(sent(centre, text=text), now=MONDAY), Case)


def test_strong_words_are_sealed_even_when_the_sender_says_otherwise(centre):
    record = intake.receive(sent(centre, text="Tôi tố cáo ông A nhận hối lộ của dân"), now=MONDAY, confirmed=True)
    assert isinstance(record, TransferRecord) and record.kind == TransferRecord.Kind.UNCLEAR
    assert not Case.objects.exists()


def test_weak_words_pass_once_the_sender_has_said_so(centre):
    case = intake.receive(sent(centre, text="Khiếu nại loa kéo ồn, xử lý giúp tôi"), now=MONDAY, confirmed=True)
    assert isinstance(case, Case)


def test_a_petition_tells_listeners_only_where_to_look(centre, told):
    petition = sent(centre, text="Ông Chủ tịch bao che cho em trai lấn đất công", nature=Nature.DENUNCIATION)
    record = intake.receive(petition, now=MONDAY)
    [(event, _inside)] = told
    assert event.case_id is None and event.record == record and event.public_note == ""
    assert set(event.facts) == {"code", "link"}
    assert record.due_at == dt.datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)


def test_two_clicks_are_one_case(centre):
    first = intake.receive(sent(centre, intake_key="k1"), now=MONDAY)
    assert intake.receive(sent(centre, intake_key="k1"), now=MONDAY) == first


def test_the_same_words_again_join_the_first_and_keep_their_own_code(centre):
    words = {"text": "Rác đầu ngõ ba ngày chưa dọn", "phone": "0911111111"}
    first = new_case(centre, **words)
    again = [new_case(centre, **words, now=MONDAY + dt.timedelta(minutes=n)) for n in range(3)]
    assert {case.status for case in again} == {Status.MERGED}
    assert {case.merged_into for case in again} == {first}
    assert len({case.code for case in again}) == 3
    assert not any(case.clock_open for case in again)


def test_a_flood_is_held_then_refused_and_the_acknowledgement_looks_the_same(centre, told):
    for _ in range(flood.PERSON[0]):
        new_case(centre, phone="0911111111")
    held = new_case(centre, phone="0911111111")
    assert held.status == Status.HELD and "một giờ" in held.hold_reason
    assert told[-1][0].facts["status_label"] == told[0][0].facts["status_label"]
    Case.objects.bulk_create(
        [_copy(held, number) for number in range(flood.PERSON[1])],
    )
    with pytest.raises(TooOften, match="quá nhiều"):
        new_case(centre, phone="0911111111")
    # The next hour is a new hour, and another person is not in the way.
    assert new_case(centre, phone="0911111111", now=MONDAY + dt.timedelta(hours=2)).status == Status.NEW
    assert new_case(centre, phone="0922222222").status == Status.NEW


def _copy(case, number):
    fields = {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields}
    fields |= {"id": None, "code": codes.new_code(), "token": f"token-of-copy-{number:04}", "text_hash": str(number)}
    return Case(**fields)


def test_advertising_is_held(centre):
    text = "Bán sim số đẹp giá rẻ https://a.vn https://b.vn https://c.vn"
    assert new_case(centre, text=text).status == Status.HELD


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": "   "}, "Hãy ghi nội dung"),
        ({"text": "ngắn"}, "ngắn quá"),
        ({"text": "a" * 9000}, "dài quá"),
        ({"kind": "praise"}, "hỏi đáp, phản ánh hay góp ý"),
        ({"phone": "12"}, "Số điện thoại"),
        ({"latitude": Decimal(1), "longitude": Decimal(2)}, "ngoài Việt Nam"),
    ],
)
def test_bad_input_is_a_sentence_and_nothing_is_kept(centre, change, sentence):
    with pytest.raises(ActError, match=sentence):
        intake.receive(sent(centre, **change), now=MONDAY)
    assert not Case.objects.exists()


def test_staff_enter_for_their_own_agency_only(centre, elsewhere):
    case = intake.receive(sent(centre, channel=Channel.HOTLINE), now=MONDAY, by=centre.clerk)
    assert case.created_by == centre.clerk and case.events.get().source == "staff"
    for by in (None, elsewhere.clerk, centre.editor):
        with pytest.raises(Forbidden):
            intake.receive(sent(centre, channel=Channel.COUNTER), now=MONDAY, by=by)


def test_a_dossier_is_linked_without_telling_whether_it_exists(centre, procedure):
    row = dossier(centre, procedure)
    linked = new_case(centre, dossier_code=row.code.lower())
    unknown = new_case(centre, dossier_code="H80.05-990101-0001")
    proved = new_case(centre, dossier_token=row.token)
    assert (linked.dossier, linked.dossier_proved) == (row, False)
    assert (unknown.dossier, unknown.status) == (None, Status.NEW)
    assert (proved.dossier, proved.dossier_proved) == (row, True)


def test_an_agency_that_is_gone_takes_nothing(centre):
    Agency.objects.filter(pk=centre.agency.pk).update(active=False)
    centre.agency.refresh_from_db()
    with pytest.raises(ActError, match="không còn hoạt động"):
        new_case(centre)


def test_photos_lose_their_hidden_place(centre, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    content = photo(exif=exif)
    assert b"SecretPhone" in content
    case = new_case(
        centre, files=[SimpleUploadedFile("anh.jpg", content), SimpleUploadedFile("b.png", photo(kind="PNG"))]
    )
    jpeg, png = case.files.all()
    assert (jpeg.content_type, png.content_type) == ("image/jpeg", "image/png")
    with jpeg.file.open() as stored:
        assert b"SecretPhone" not in stored.read()
    assert "anh" not in jpeg.file.name


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("to.jpg", photo() + b"0" * (20 * 1024 * 1024), "20 MB"),
        ("anh.jpg", b"MZ" + b"\0" * 5000, "anh.jpg"),
        ("anh.jpg", b"<html><script>alert(1)</script></html>", "anh.jpg"),
        ("anh.png", photo(), "đuôi"),
        ("anh.jpg.exe", photo(), "exe"),
        ("hong.jpg", photo()[:200], "ảnh"),
    ],
    ids=["20 MB", "program", "markup", "other ending", "runnable ending", "broken"],
)
def test_files_that_are_not_taken(centre, name, content, sentence):
    with pytest.raises(ActError, match=sentence):
        new_case(centre, files=[SimpleUploadedFile(name, content)])
    assert not Case.objects.exists()


def test_too_many_files(centre):
    files = [SimpleUploadedFile(f"{n}.jpg", photo()) for n in range(6)]
    with pytest.raises(ActError, match="tối đa 5 tệp"):
        new_case(centre, files=files)


def test_suggestions_of_themes(themes):
    assert routing.suggest_category("o ga tren duong lien xa") == themes["ha-tang"]
    assert routing.suggest_category("xyz") is None
