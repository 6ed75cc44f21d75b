"""The pages around the look-up: home, procedures, submission, guide, support, rules, languages, letters."""

import datetime as dt
import re

import pytest

from dossiers.models import Agency, Field, Procedure, ProcedureAlias, ProcedureVersion

SEARCHING = {"/tim/?q=khai+sinh": 9, "/viec/sinh-con/": 12}  # several searches, each of a fixed number
PAGES = [
    "/tim/?q=khai+sinh",
    "/thu-tuc/thay-doi/",
    "/viec/sinh-con/",
    "/",
    "/tra-cuu/",
    "/thu-tuc/",
    "/nop-ho-so/",
    "/tin-tuc/",
    "/bao-chi/",
    "/thong-tin/",
    "/huong-dan/",
    "/ho-tro/",
    "/quy-che/",
]


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def catalogue(db):
    names = {
        "1.000001": ("Đăng ký khai sinh", "Hộ tịch", ["commune"]),
        "1.000002": ("Đăng ký lại khai sinh", "Hộ tịch", ["Cấp xã"]),
        "1.000003": ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", ["province", "commune"]),
    }
    for code, (name, subject, levels) in names.items():
        field, _ = Field.objects.get_or_create(name=subject)
        row = Procedure.objects.create(code=code, name=name, field=field)
        ProcedureVersion.objects.create(
            procedure=row, name=name, field=field, levels=levels, valid_from=dt.date(2020, 1, 1)
        )
    return names


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_opens_even_on_an_empty_installation(client, db, address, language):
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert answer.status_code == 200 and f'<html lang="{language}"' in body(answer)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(client, centre, procedure, address):
    answer = client.get(address)
    page = body(answer)
    assert "<style" not in page and " style=" not in page and "onclick" not in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert "unsafe" not in answer["Content-Security-Policy"] and "http" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("khai sinh", {"1.000001", "1.000002"}),
        ("làm lại giấy khai sinh", {"1.000001", "1.000002"}),
        ("giay phep xay dung", {"1.000003"}),
        ("1.000003", {"1.000003"}),
        ("không hề có", set()),
    ],
)
def test_procedures_are_found_without_accents_and_by_code(client, catalogue, words, found):
    page, _, _popular = body(client.get("/thu-tuc/", {"q": words})).partition("<h3>Thủ tục nhiều người nộp")
    assert {code for code in catalogue if f'href="/thu-tuc/{code}/"' in page} == found
    assert found or "Chưa thấy thủ tục nào khớp" in page


def test_the_procedure_that_fits_best_comes_first(client, catalogue):
    page = body(client.get("/thu-tuc/", {"q": "KHAI SINH lai"}))
    assert page.index('href="/thu-tuc/1.000002/"') < page.index('href="/thu-tuc/1.000001/"')


def test_procedures_are_narrowed_by_field_and_level(client, catalogue):
    subject = Field.objects.get(name="Xây dựng")
    page = body(client.get("/thu-tuc/", {"linh-vuc": subject.pk}))
    assert "/thu-tuc/1.000003/" in page and "/thu-tuc/1.000001/" not in page
    page = body(client.get("/thu-tuc/", {"cap": "province"}))
    assert "/thu-tuc/1.000003/" in page and "/thu-tuc/1.000002/" not in page
    assert "/thu-tuc/1.000002/" in body(client.get("/thu-tuc/", {"cap": "commune"})), "however the level is spelled"


def test_the_list_goes_on_by_keyset_and_shows_each_once(client, db):
    for number in range(45):
        Procedure.objects.create(code=f"2.{number:06}", name=f"Thủ tục số {number}", times_received=number % 3)
    seen, address = [], "/thu-tuc/"
    while address:
        page = body(client.get(address))
        seen += [part.split("/")[0] for part in page.split('href="/thu-tuc/')[1:] if part.startswith("2.")]
        more = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0] if 'rel="next"' in page else ""
        address = more.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 45


def test_a_procedure_tells_papers_limits_and_fees(client, procedure):
    page = body(client.get("/thu-tuc/1.004441/"))
    for told in ("Đơn đăng ký theo mẫu", "1 bản chính", "5 ngày làm việc", "15.000 đồng", "https://dichvucong.gov.vn/"):
        assert told in page, told


def test_papers_of_some_cases_are_folded_below_what_everybody_brings(client, procedure):
    version = procedure.versions.get()
    version.papers.create(name="Biên bản trẻ bị bỏ rơi", required=False, order=1, group="Giấy tờ phải nộp")
    version.papers.create(name="Giấy chứng sinh", order=2, group="Giấy tờ phải nộp")
    page = body(client.get(f"/thu-tuc/{procedure.code}/"))
    folded = page[page.index('<details class="paper-cases"') :]
    folded = folded[: folded.index("</details>")]
    assert "Biên bản trẻ bị bỏ rơi" in folded and "Giấy chứng sinh" not in folded
    assert "Chỉ nộp khi đúng trường hợp của bạn (1)" in folded and not folded.startswith(
        '<details class="paper-cases" open'
    )
    version.papers.filter(required=True).delete()
    assert '<details class="paper-cases" open' in body(client.get(f"/thu-tuc/{procedure.code}/"))


def test_long_steps_and_the_law_are_folded_what_to_bring_and_the_days_are_not(client, procedure):
    version = procedure.versions.get()
    version.steps = [{"heading": "", "text": "Nộp hồ sơ tại quầy. " * 100}]
    version.legal_bases = [f"Nghị định số {number}/2025/NĐ-CP" for number in range(1, 9)]
    version.save()
    page = body(client.get(f"/thu-tuc/{procedure.code}/"))
    folded = re.findall(r'<details class="folded">(.*?)</details>', page, re.DOTALL)
    assert ["Nộp hồ sơ tại quầy" in each for each in folded] == [True, False]
    assert "Xem tất cả (8)" in folded[1] and "Nghị định số 8/2025" in folded[1]
    for told in ("Đơn đăng ký theo mẫu", "5 ngày làm việc", "15.000 đồng"):
        assert told in page and not any(told in each for each in folded)
    version.steps, version.legal_bases = [{"heading": "Nộp", "text": "Tại quầy"}], ["Luật Hộ tịch"]
    version.save()
    assert '<details class="folded">' not in body(client.get(f"/thu-tuc/{procedure.code}/"))


def test_another_code_leads_to_the_procedure_and_an_unknown_one_is_404(client, procedure):
    ProcedureAlias.objects.create(procedure=procedure, code="2.999999")
    assert client.get("/thu-tuc/2.999999/")["Location"] == "/thu-tuc/1.004441/"
    assert client.get("/thu-tuc/1.004441.000.00.00.H40/")["Location"] == "/thu-tuc/1.004441/"
    assert client.get("/thu-tuc/9.999999/").status_code == 404
    assert client.get("/thu-tuc/%00/").status_code == 404


def test_an_abolished_procedure_says_so_and_cannot_be_submitted(client, procedure):
    Procedure.objects.update(status="abolished", abolished_on=dt.date(2026, 7, 1))
    page = body(client.get("/thu-tuc/1.004441/"))
    assert "đã bãi bỏ" in page and "01/07/2026" in page and "Nộp trực tuyến" not in page
    assert "/thu-tuc/1.004441/" not in body(client.get("/thu-tuc/"))


def test_support_lists_every_centre_with_numbers_to_tap(client, centre, elsewhere):
    page = body(client.get("/ho-tro/"))
    assert page.count('href="tel:+842723874001"') == 2 and "Số 1 đường Nguyễn Thái Bình" in page


def test_support_goes_on_by_keyset_and_finds_without_accents(client, centre):
    for number in range(30):
        Agency.objects.create(
            code=f"H90.{number:02}", kind="centre", name=f"Trung tâm xã Đông {number}", rollout="pilot"
        )
    first = body(client.get("/ho-tro/"))
    assert 'rel="next"' in first
    found = body(client.get("/ho-tro/", {"q": "dong 17"}))
    assert "Trung tâm xã Đông 17" in found and "Trung tâm xã Đông 18" not in found


def test_rules_publish_each_agencys_regulation(client, centre):
    page = body(client.get("/quy-che/"))
    assert centre.agency.name in page and "12/QC-TTPVHCC" in page and "20/12/2025" in page


def test_the_frame_carries_the_name_of_the_province_or_the_only_centre(client, centre):
    assert "Trung tâm Phục vụ hành chính công xã Cần Giuộc" in body(client.get("/huong-dan/"))


def test_the_language_stays_chosen(client, db):
    client.get("/?lang=en")
    assert "Where is your file now?" in body(client.get("/"))
    client.get("/?lang=vi")
    assert "Hồ sơ của bạn đến đâu rồi?" in body(client.get("/"))


def test_large_letters_without_script(client, db):
    answer = client.get("/tuy-chon/chu/?co=lon", HTTP_REFERER="http://testserver/huong-dan/")
    assert answer["Location"] == "/huong-dan/"
    assert '<html lang="vi" class="large">' in body(client.get("/huong-dan/"))
    client.get("/tuy-chon/chu/?co=thuong")
    assert 'class="large"' not in body(client.get("/huong-dan/"))


@pytest.mark.parametrize("came_from", ["http://evil.example/x", "http://testserver//evil.example/", "nonsense", ""])
def test_large_letters_never_lead_elsewhere(client, db, came_from):
    target = client.get("/tuy-chon/chu/?co=lon", HTTP_REFERER=came_from)["Location"]
    assert target.startswith("/") and not target.startswith("//")


def test_errors_are_pages_in_the_same_frame(client, db):
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404 and "Không tìm thấy trang" in body(answer) and 'class="masthead"' in body(answer)
    assert "Page not found" in body(client.get("/khong-co-trang-nay/?lang=en"))


def test_robots_keep_out_of_personal_pages(client, db):
    told = body(client.get("/robots.txt"))
    assert "Disallow: /h/" in told and "Disallow: /x/" in told


def test_english_has_every_sentence_of_the_public_pages(settings):
    from portal.pages import wording

    catalogue = (settings.LOCALE_PATHS[0] / "en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    entries = catalogue.split("\n\n")[1:]
    empty = [entry for entry in entries if entry.rstrip().endswith('msgstr ""')]
    assert not empty, empty[:3]
    assert all(f'msgid "{word}"' in catalogue for word in wording.FROM_DATA)


def test_the_queries_of_a_page_do_not_grow_with_the_catalogue(client, db, django_assert_max_num_queries):
    for number in range(40):
        Procedure.objects.create(code=f"2.{number:06}", name=f"Thủ tục số {number}")
    for number in range(30):
        people_agency = Agency.objects.create(code=f"H9.{number}", kind="centre", name=f"Xã {number}", rollout="pilot")
        people_agency.hotlines.create(label="Hỗ trợ", phone="02723874001")
    for address in PAGES:
        with django_assert_max_num_queries(16):  # what every process keeps for a while is read with the first page
            client.get(address)
        with django_assert_max_num_queries(SEARCHING.get(address, 5)):
            client.get(address)


def test_the_search_says_what_it_read_and_helps_when_nothing_fits(client, catalogue):
    page = body(client.get("/thu-tuc/", {"q": "giay khaii sinh"}))
    assert "Đã tìm theo:" in page and "khai sinh</strong>" in page
    page = body(client.get("/thu-tuc/", {"q": "không hề có"}))
    assert "Chưa thấy thủ tục nào khớp" in page and "Thủ tục nhiều người nộp" in page and "/thu-tuc/1.000001/" in page
