"""The report of Long An of 2019 made again: its figures to the unit, what does not follow flagged, files read back."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pypdf
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.urls import reverse
from docx import Document

from portal.reporting import long_an_2019
from portal.reporting.models import Report
from portal.reporting.reports import checks
from portal.reporting.reports.facts import value
from tests import people
from tests.portal.reporting.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_report(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield long_an_2019.sow(now=TODAY)
        transaction.set_rollback(True)


@pytest.fixture
def report(db, kept_report):
    return Report.objects.get(pk=kept_report.pk)


@pytest.fixture
def officer(report):
    """Somebody of the Sở who writes reports over it and the two centres."""
    user = people.member(report.issuer, "van-phong", people.roles.LEADER, "Chánh Văn phòng")
    for agency in report.agencies.all():
        user.memberships.create(agency=agency, valid_from=dt.date(2019, 1, 1))
    return user


def test_the_sources_data_give_the_sources_figures(report):
    figures = {line["key"]: line for line in report.figures["lines"]}
    assert figures["followers"]["shown"] == "560 người"
    assert [(name, share) for name, _, share in report.figures["homes"]] == [
        ("tỉnh Long An", 60), ("Thành phố Hồ Chí Minh", 36), ("tỉnh khác", 4),
    ]  # fmt: skip
    assert figures["messages"]["shown"] == "4.694 lượt" and figures["saved"]["shown"] == "1.642.900 đồng"
    assert figures["saved"]["formula"] == "4.694 tin × 350 đồng"
    assert figures["per_day"]["shown"] == "18,1 người" and figures["per_day"]["formula"] == "560 người ÷ 31 ngày"
    assert report.figures["coverage"] == [560, 560] and figures["kept"]["shown"] == "–"


def test_twelve_a_day_is_flagged_and_the_true_average_is_said(report):
    [odd] = checks.odd([report.texts["general"]], report.figures)
    assert odd.key == "per_day" and odd.said == "12"
    assert "18,1 (560 người ÷ 31 ngày)" in odd.sentence and "kỳ dài 47 ngày" in odd.sentence
    right = ["đạt 560 người", "trung bình mỗi ngày có khoảng 18 người", "giảm chi phí tin nhắn khoảng 1.642.900 đồng"]
    assert checks.odd([*right, "Tổng số tin nhắn Zalo đạt 4.694 lượt"], report.figures) == []
    assert checks.odd(["Tổng số tin nhắn Zalo đạt 4.695 lượt"], report.figures)


def test_each_figure_is_what_an_independent_recount_says(report):
    agencies = tuple(report.agencies.values_list("pk", flat=True))
    within = "BETWEEN '2019-06-05 17:00:00+00:00' AND '2019-07-06 16:59:59+00:00'"

    def recount(sql: str):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    one, two = agencies
    told = (
        f"FROM zalo_outboxmessage WHERE agency_id IN ({one}, {two}) AND sent_at {within} AND kind LIKE 'dossier.%' "
        "AND state IN ('sent', 'delivered', 'seen') AND route IN ('reply', 'uid', 'phone')"
    )
    follows = f"FROM zalo_followrecord WHERE at {within} AND change = "
    figures = report.figures
    assert value(figures, "messages") == recount(f"SELECT count(*) {told}")
    assert value(figures, "saved") == 350 * recount(f"SELECT count(*) {told}")
    assert value(figures, "paid") == recount(f"SELECT sum(price) {told}")
    assert value(figures, "followers") == recount(f"SELECT count(*) {follows} 'follow'")
    assert value(figures, "lost") == recount(f"SELECT count(*) {follows} 'unfollow'")
    at_home = f"FROM zalo_contact c JOIN zalo_followrecord f ON f.contact_id = c.id WHERE f.at {within}"
    assert figures["homes"][0][1] == recount(f"SELECT count(*) {at_home} AND c.province = 'Long An'")
    for key, moment in (("received", "received_at"), ("settled", "finished_at")):
        sql = f"SELECT count(*) FROM dossiers_dossier WHERE agency_id IN ({one}, {two}) AND {moment} {within}"
        assert value(figures, key) == recount(sql)


def test_the_officer_writes_numbers_and_hands_it_out(client, report, officer, monkeypatch):
    client.force_login(officer)
    address = reverse("admin:reports_report", args=[report.pk])
    page = client.get(address).content.decode()
    assert "18,1 (560 người ÷ 31 ngày)" in page and "kỳ dài 47 ngày" in page and 'value="BC-STTTT"' in page
    draft = client.get(reverse("admin:reports_file", args=[report.pk, "pdf"]))
    assert draft.status_code == 200, "the draft of an agency that exists no more bears its name of then"
    act = reverse("admin:reports_act", args=[report.pk])
    number = {"viec": "ghi-so", "number": "1149", "symbol": "BC-STTTT", "dated": "12/07/2019"}
    client.post(act, number)
    assert not Report.objects.get(pk=report.pk).is_numbered, "numbered although something does not follow, unseen"
    for wrong in ({"number": "0"}, {"number": "²"}, {"dated": "31/02/2019"}, {"dated": "01/07/2019"}, {"symbol": "/"}):
        client.post(act, {**number, "seen": "1", **wrong})
        assert not Report.objects.get(pk=report.pk).is_numbered, wrong
    fields = {
        part.key: text.replace("khoảng 12 người", "khoảng 18 người")
        for part, text in client.get(address).context["parts"]
    }
    fields |= {"viec": "luu", "version": report.version, "abstract": report.abstract, "position": "Phó Giám đốc",
               "authority": "KT", "head": "Giám đốc", "causes": "Do mưa bão kéo dài."}  # fmt: skip
    for place, each in enumerate(report.texts["actors"]):
        fields |= {f"actor-{place}": each["actor"], f"actor-text-{place}": each["text"]}
    client.post(act, fields)
    # Another hand, still with the old version: nothing it wrote is lost.
    client.post(act, {**fields, "limits": "Lời của người đến sau."})
    changed = Report.objects.get(pk=report.pk)
    assert "khoảng 18 người" in changed.texts["general"] and changed.texts["causes"] == "Do mưa bão kéo dài."
    assert changed.drafts.filter(texts__limits="Lời của người đến sau.").exists() and changed.drafts.count() == 2
    client.post(act, number)
    done = Report.objects.get(pk=report.pk)
    assert done.reference == "1149/BC-STTTT" and done.dated == dt.date(2019, 7, 12)
    client.post(act, fields)
    assert Report.objects.get(pk=report.pk).texts == changed.texts, "a numbered report was changed"
    kept = Report.objects.get(pk=report.pk).drafts.first()
    assert "đã ghi số 1149/BC-STTTT" in kept.why and kept.texts["limits"] == changed.texts["limits"], (
        "typed words were lost"
    )
    found = client.get(reverse("admin:reports"), {"so": "1149/bc-stttt"}).context["rows"]
    assert [each.pk for each in found] == [report.pk]
    _read_back(client, done)
    done.pdf.storage.delete(done.pdf.name)
    gone = client.get(reverse("admin:reports_file", args=[done.pk, "pdf"]))
    assert gone.status_code == 410 and "khôi phục tệp từ bản sao lưu" in gone.content.decode()


def _read_back(client, report) -> None:
    said = ["560 người", "60 % ở tỉnh Long An, 36 % ở Thành phố Hồ Chí Minh, 4 % ở tỉnh khác", "18,1 người",
            "4.694 lượt", "1.642.900 đồng", "Do mưa bão kéo dài."]  # fmt: skip
    parts = ["1. Kết quả đạt được", "1.1. Về giải pháp kỹ thuật", "1.2. Về kết quả triển khai", 
             "2. Tồn tại, hạn chế", "Nguyên nhân", "3. Kiến nghị, đề xuất",
             "3.1. Sở Thông tin và Truyền thông", "3.4. Báo Long An"]  # fmt: skip
    pdf = b"".join(client.get(reverse("admin:reports_file", args=[report.pk, "pdf"])).streaming_content)
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    docx = b"".join(client.get(reverse("admin:reports_file", args=[report.pk, "docx"])).streaming_content)
    document = Document(io.BytesIO(docx))
    words = " ".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for each in (text, f"{words} {' '.join(cells)}"):
        flat = re.sub(r"\s+", " ", each.replace("\u200b", "").replace("\u00a0", " "))
        missing = [part for part in (*said, "1149/BC-STTTT", "PHÓ GIÁM ĐỐC") if part not in flat]
        assert not missing, (missing, flat[:3000])
        assert [flat.index(part) for part in parts] == sorted(flat.index(part) for part in parts)
        assert "ngày 12 tháng 7 năm 2019" in flat and "trình./." in flat
    assert {"Tin Zalo trong giải quyết hồ sơ", "4.694 lượt", "4.694 tin × 350 đồng"} <= set(cells)
    with zipfile.ZipFile(io.BytesIO(docx)) as packed:
        assert "Times New Roman" in packed.read("word/styles.xml").decode()


def test_a_report_is_its_issuers_and_written_by_who_may(client, report, centre):
    client.force_login(centre.leader)
    for name in ("reports_report", "reports_act"):
        answer = client.get if name == "reports_report" else client.post
        assert answer(reverse(f"admin:{name}", args=[report.pk])).status_code == 404
    client.force_login(centre.clerk)
    assert client.get(reverse("admin:reports")).status_code == 403
    client.force_login(centre.administrator)
    assert client.get(reverse("admin:reports")).status_code == 200
    assert client.get(reverse("admin:reports_begin")).status_code == 403
    assert User.objects.get(pk=centre.leader.pk).has_perm("reporting.write_report")


def test_figures_of_half_a_period_are_numbered_only_when_counted_again(client, centre, monkeypatch):
    """Begun on the 20th, dated after the 30th: the words named the month, the figures were those of twenty days."""
    moment = TODAY
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    client.force_login(centre.leader)
    asked = {"kind": "summary", "abstract": "Tháng 11", "issuer": centre.agency.pk, "agencies": [centre.agency.pk]}
    begun = client.post(reverse("admin:reports_begin"), {**asked, "first": "01/11/2026", "last": "30/11/2026"})
    act = begun["Location"] + "viec/"
    number = {"viec": "ghi-so", "number": "5", "symbol": "BC-TTPVHCC", "dated": "02/12/2026", "seen": "1"}
    ahead = client.post(act, number, follow=True)
    assert "không thể sau hôm nay" in ahead.content.decode()
    moment = TODAY + dt.timedelta(days=12)
    client.force_login(centre.leader)
    for sent in (number, {"viec": "van-ban-di"}):
        refused = client.post(act, sent, follow=True)
        assert "Số liệu tính ngày 20/11/2026, khi kỳ chưa hết (30/11/2026)" in refused.content.decode()
    client.post(act, {"viec": "tinh-lai"})
    client.post(act, number)
    assert Report.objects.get(issuer=centre.agency).reference == "05/BC-TTPVHCC"


def test_impossible_periods_are_refused_in_words(client, centre):
    client.force_login(centre.leader)
    asked = {"kind": "pilot", "abstract": "Kết quả", "issuer": centre.agency.pk, "agencies": [centre.agency.pk]}
    for first, last in (
        ("31/02/2026", "01/03/2026"),
        ("02/11/2026", "01/11/2026"),
        ("01/01/2199", "02/01/2199"),
        ("", ""),
    ):
        answer = client.post(reverse("admin:reports_begin"), {**asked, "first": first, "last": last})
        assert answer.status_code == 200 and answer.context["form"].errors, (first, last)
    assert not Report.objects.filter(issuer=centre.agency).exists()
    made = client.post(reverse("admin:reports_begin"), {**asked, "first": "01/11/2026", "last": "14/11/2026"})
    assert made.status_code == 302
    empty = Report.objects.get(issuer=centre.agency)
    assert value(empty.figures, "kept") is None and empty.figures["homes"] == []
    assert client.get(reverse("admin:reports_file", args=[empty.pk, "pdf"])).status_code == 200
