"""Hard rows of the portal's table of papers, each read and checked by hand."""

import pytest

from dossiers.catalogue.papers import parse_paper_list, parse_papers
from dossiers.catalogue.records import Severity

HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"


def papers(text):
    groups, _ = parse_papers(text)
    return [(p.name, p.form_files, p.originals, p.copies) for g in groups for p in g.papers]


def test_names_form_files_and_quantities():
    text = (
        f"--{HEADER}Giấy đăng ký cấp Chứng thư theo mẫu 02.LH Phụ lục XII Thông tư số 80/2025/TT-BNNMTMẫu số 02.LH.docx"
        "1 bản chính,1 bản saoBảng kê chi tiết lô hàng0 bản chính,3 bản sao"
    )
    assert papers(text) == [
        (
            "Giấy đăng ký cấp Chứng thư theo mẫu 02.LH Phụ lục XII Thông tư số 80/2025/TT-BNNMT",
            ("Mẫu số 02.LH.docx",),
            1,
            1,
        ),
        ("Bảng kê chi tiết lô hàng", (), 0, 3),
    ]


@pytest.mark.parametrize(
    ("cell", "name", "originals"),
    [
        ("Văn bản đề nghị theo Mẫu số 131 bản chính", "Văn bản đề nghị theo Mẫu số 13", 1),
        ("Biên bản ngày 31/12/20251 bản chính", "Biên bản ngày 31/12/2025", 1),
        ("Mẫu số 020 bản chính,1 bản sao", "Mẫu số 02", 0),
        ("Dự thảo quy trình vận hành\t2 bản chính", "Dự thảo quy trình vận hành", 2),
    ],
)
def test_digits_run_into_the_quantity(cell, name, originals):
    assert papers(f"--{HEADER}{cell}")[0][::2] == (name, originals)


def test_quantities_inside_a_name_are_words():
    text = (
        f"--{HEADER}Phiếu yêu cầu (01 bản chính hoặc 01 bản sao có chứng thực hoặc 01 bản sao kèm bản chính)1 bản chính"
        "01 bản chính tờ khai hải quan1 bản chính"
    )
    assert [p[0] for p in papers(text)] == [
        "Phiếu yêu cầu (01 bản chính hoặc 01 bản sao có chứng thực hoặc 01 bản sao kèm bản chính)",
        "01 bản chính tờ khai hải quan",
    ]


@pytest.mark.parametrize(
    ("cell", "name", "files"),
    [
        (
            "Đơn trình báo ngày 12/4/2023 của Thủ tướng Chính phủ.Đơn trình báo mất thẻ ABTC (mẫu TK07).pdf",
            "Đơn trình báo ngày 12/4/2023 của Thủ tướng Chính phủ.",
            ("Đơn trình báo mất thẻ ABTC (mẫu TK07).pdf",),
        ),
        (
            "Giấy tờ chứng minh đối tượng.Mau 01a TT 32 BXD 10 11 2025.docxMau 02 TT08.docxMau so 05 TT 08 2026.docx",
            "Giấy tờ chứng minh đối tượng.",
            ("Mau 01a TT 32 BXD 10 11 2025.docx", "Mau 02 TT08.docx", "Mau so 05 TT 08 2026.docx"),
        ),
        ("Đơn đề nghị theo mẫu quy địnhHK-85.doc", "Đơn đề nghị theo mẫu quy định", ("HK-85.doc",)),
        (
            "Phiếu khai (mẫu BB2)78-Mẫu BB2-Biên bản giám định.doc",
            "Phiếu khai (mẫu BB2)",
            ("78-Mẫu BB2-Biên bản giám định.doc",),
        ),
        ("Đơn đề nghị theo mẫu.1.004372.docx", "Đơn đề nghị theo mẫu.", ("1.004372.docx",)),
    ],
)
def test_the_form_file_is_cut_from_the_name(cell, name, files):
    assert papers(f"--{HEADER}{cell}1 bản chính")[0][:2] == (name, files)


def test_a_file_name_that_nothing_sets_apart_stays_in_the_name_and_is_reported():
    name = "Tờ trình cấp chứng chỉ của cơ quan có thẩm quyền theo quy địnhtờ trình.docx"
    groups, problems = parse_papers(f"--{HEADER}{name}1 bản chính")
    assert groups[0].papers[0].name == name
    assert "tệp mẫu" in problems[0].reason


def test_groups_by_case():
    text = (
        f"1) Đối với trường hợp 1, hồ sơ bao gồm:{HEADER}Văn bản đề nghị1 bản chính"
        f"(2) Đối với trường hợp 2, hồ sơ bao gồm:{HEADER}Hợp đồng0 bản chính,1 bản sao"
        f"--{HEADER}Bản sao quyết định1 bản sao* Giấy tờ phải xuất trình:{HEADER}Hộ chiếu1 bản chính"
        f"* Giấy tờ phải nộp:{HEADER}Tờ khai1 bản chính"
    )
    groups, problems = parse_papers(text)
    assert [group.title for group in groups] == [
        "1) Đối với trường hợp 1, hồ sơ bao gồm",
        "(2) Đối với trường hợp 2, hồ sơ bao gồm",
        "",
        "Giấy tờ phải xuất trình",
        "Giấy tờ phải nộp",
    ]
    assert groups[2].papers[0].copies == 1 and not problems


def test_a_paper_without_quantity_is_kept_and_reported():
    text = f"--{HEADER}Đơn1 bản chínhTrường hợp nộp trực tuyến thì khai trên giao diện.--{HEADER}Giấy phép1 bản chính"
    groups, problems = parse_papers(text)
    assert [p.name for p in groups[0].papers] == ["Đơn", "Trường hợp nộp trực tuyến thì khai trên giao diện."]
    assert groups[0].papers[1].originals is None
    assert problems[0].severity is Severity.DOUBTFUL


def test_papers_run_together_are_reported():
    _, problems = parse_papers(
        f"--{HEADER}Đơn đề nghị cấp giấy phép của tổ chức, cá nhân.Bản sao giấy đăng ký kinh doanh1 bản chính"
    )
    assert "dính liền" in problems[0].reason


def test_a_page_cut_off_by_the_portal_is_reported_whole():
    groups, problems = parse_papers("); nộp hồ sơ cho cơ quan BHXH.\nBước 2. Cơ quan BHXH tiếp nhận hồ sơ")
    assert groups == () and problems[0].severity is Severity.UNPARSED
    assert problems[0].text.startswith("); nộp hồ sơ")
    assert parse_papers("--") == ((), parse_papers("")[1])


def test_the_simple_list_of_a_table_cell():
    groups, problems = parse_paper_list("Tờ khai (1 bản chính, 2 bản sao)\n- Sổ hộ khẩu: 1 bản sao; Ảnh 4x6")
    assert [(p.name, p.originals, p.copies) for p in groups[0].papers] == [
        ("Tờ khai", 1, 2),
        ("Sổ hộ khẩu", 0, 1),
        ("Ảnh 4x6", None, None),
    ]
    assert [p.text for p in problems] == ["Ảnh 4x6"]
