"""Rows of the portal's tables are told apart: papers, things to show, notes, headings; always or sometimes."""

from pathlib import Path

import pytest

from dossiers.catalogue.paper_rows.kinds import Form, RowKind, read_row, short_name
from dossiers.catalogue.paper_rows.titles import is_besides, is_case_title
from tests.bench.understanding import papers

LABELLED = Path(__file__).with_name("papers_dev.jsonl")
# Drawn by lot from the 2,300 records, labelled before the rules were read; how they fared: docs/understanding.md.
DRAWN = [Path(__file__).with_name(f"papers_judged{name}.jsonl") for name in ("", "_more", "_half_commune")]


@pytest.mark.parametrize("question", ["label", "conditional", "copies"])
def test_rows_labelled_by_hand_are_read_right(question):
    assert papers.shares(papers.read(LABELLED))[question] >= 0.97


def test_rows_drawn_by_lot_are_told_apart():
    rows = [row for path in DRAWN for row in papers.read(path)]
    shares, classes = papers.shares(rows), papers.by_class(rows)
    print(len(rows), shares, classes)
    assert len(rows) >= 900
    assert shares["label"] >= 0.98
    assert shares["conditional"] >= 0.97
    assert all(right >= 0.9 * of for right, of in classes.values() if of >= 10)


@pytest.mark.parametrize(
    ("group", "row", "kind", "sometimes"),
    [
        ("", "Hợp đồng gia công đối với thuốc sản xuất gia công", RowKind.HAND_IN, True),
        ("", "Đánh giá tác động của dự án đối với môi trường", RowKind.HAND_IN, False),
        ("", "Bản khai mẫu 01 đối với cơ quan; mẫu 02 đối với cá nhân", RowKind.HAND_IN, False),
        ("", "Thẻ (trường hợp đổi thẻ) hoặc biển số xe (trường hợp đổi biển số)", RowKind.HAND_IN, False),
        ("", "Phiếu lý lịch có giá trị sử dụng nếu được cấp chưa quá 06 tháng", RowKind.HAND_IN, False),
        ("", "Bản sao điện tử (trường hợp nộp trực tuyến) giấy phép hoạt động", RowKind.HAND_IN, False),
        ("", "Dự toán kinh phí, trừ các công trình do Bộ phê duyệt", RowKind.HAND_IN, True),
        ("", "Xuất trình giấy tờ hợp lệ của người đến nộp hồ sơ", RowKind.SHOW, False),
        ("", "Nộp giấy phép. Khi đến không phải xuất trình hợp đồng", RowKind.HAND_IN, False),
        ("Giấy tờ phải nộp", "Tờ khai theo mẫu;", RowKind.HAND_IN, False),
        ("Giấy tờ phải nộp", "Văn bản ủy quyền trong trường hợp ủy quyền thực hiện.", RowKind.HAND_IN, True),
        ("Giấy tờ phải nộp", "Trường hợp trẻ bị bỏ rơi thì phải có biên bản xác nhận.", RowKind.HAND_IN, True),
        ("Giấy tờ phải nộp", "Trường hợp đã có bản điện tử thì không phải nộp bản giấy.", RowKind.NOTE, False),
        ("Giấy tờ phải nộp", "Trường hợp mang thai hộ phải có văn bản xác nhận.", RowKind.HAND_IN, True),
        ("Giấy tờ phải xuất trình", "Hộ chiếu hoặc thẻ căn cước của người yêu cầu.", RowKind.SHOW, False),
        ("Lưu ý", "Tờ khai phải ghi đủ thông tin.", RowKind.NOTE, False),
        ("", "Người yêu cầu nộp các giấy tờ sau:", RowKind.NOTE, False),
        ("", "Đối với hồ sơ cấp lại, hồ sơ phải bổ sung:", RowKind.CASE, False),
        ("", "Hợp đồng thuê nhà (nếu có)", RowKind.HAND_IN, True),
        ("", "Số lượng hồ sơ: 01 bộ", RowKind.NOTE, False),
        ("", "Kết quả đấu giá; biên bản đấu giá (đối với trường hợp cho thuê rừng).", RowKind.HAND_IN, True),
        ("", "Giấy phép (nếu có); biên bản (đối với trường hợp cho thuê rừng).", RowKind.HAND_IN, False),
        ("a) Thành phần hồ sơ giao đất, cho thuê đất, gồm", "Phương án sử dụng đất.", RowKind.HAND_IN, True),
        ("a) Thành phần hồ sơ gồm", "Phương án sử dụng đất.", RowKind.HAND_IN, False),
        ("", "Tờ khai, trong đó ghi rõ ý kiến của chủ hộ, trừ trường hợp đã có văn bản", RowKind.HAND_IN, False),
        ("", "Biên bản đối với trẻ em bị bỏ rơi; giấy chứng tử đối với trẻ em mồ côi", RowKind.HAND_IN, True),
        ("", "Đơn theo Mẫu số 12 (cộng đồng dân cư)", RowKind.HAND_IN, True),
        ("", "Giấy đăng ký (đối với trường hợp chưa kiểm tra) hoặc Thông báo kết quả", RowKind.HAND_IN, False),
        ("", "Bản sao một trong các tài liệu đối với trường hợp tận dụng: + Quyết định", RowKind.HAND_IN, True),
        ("", "Cán bộ, chiến sĩ hy sinh, phải có biên bản xảy ra sự việc", RowKind.HAND_IN, False),
        ("", "thực hiện khai báo trên Trang thông tin điện tử", RowKind.NOTE, False),
        ("Hồ sơ Sở Xây dựng trình Ủy ban nhân dân tỉnh", "Dự thảo quyết định", RowKind.ISSUED, False),
    ],
)
def test_kinds_of_sentences(group, row, kind, sometimes):
    reading = read_row("Thủ tục đăng ký", group, row, 1, 0)
    assert (reading.label, reading.conditional) == (kind, sometimes)


@pytest.mark.parametrize(
    ("row", "originals", "copies", "form"),
    [
        ("Đơn đề nghị", 1, 0, Form.ORIGINAL),
        ("Bản sao có chứng thực giấy phép", 0, 1, Form.CERTIFIED),
        ("Bản sao giấy phép", 0, 1, Form.COPY),
        ("Bản chính hoặc bản sao có chứng thực giấy phép", 1, 1, Form.ANY),
        ("Hợp đồng: 01 bản chụp", 0, 0, Form.COPY),
        ("Giấy phép", 0, 0, Form.UNKNOWN),
        ("Hợp đồng ủy thác: 01 bản chụp", 1, 1, Form.COPY),
        ("Bản sao hộ chiếu hoặc bản sao giấy tờ chứng thực cá nhân", 0, 1, Form.COPY),
    ],
)
def test_originals_certified_copies_and_copies(row, originals, copies, form):
    assert read_row("Thủ tục", "", row, originals, copies).copies is form


@pytest.mark.parametrize(
    ("row", "name", "when"),
    [
        ("Trường hợp ủy quyền, hồ sơ đăng ký phải có văn bản ủy quyền.", "Văn bản ủy quyền", "Trường hợp ủy quyền"),
        ("Người nước ngoài phải nộp bản sao hộ chiếu", "Bản sao hộ chiếu", "Người nước ngoài"),
        ("Tờ khai theo mẫu;)", "Tờ khai theo mẫu", ""),
    ],
)
def test_a_receipt_calls_a_paper_by_its_name(row, name, when):
    assert short_name(row) == (name, when)


@pytest.mark.parametrize(
    ("row", "channel"),
    [
        ("Mẫu hộ tịch điện tử tương tác (nếu nộp theo hình thức trực tuyến)", "online"),
        ("Tờ khai (nếu nộp hồ sơ theo hình thức trực tiếp)", "counter"),
        ("Tờ khai theo mẫu", ""),
    ],
)
def test_papers_of_one_way_to_submit_are_known(row, channel):
    assert read_row("Thủ tục", "", row, 1, 0).channel == channel


def test_a_title_names_a_case_or_all_papers():
    assert is_case_title("Trường hợp cấp lại do bị mất", "Cấp giấy phép")
    assert is_case_title("Hồ sơ khai quý", "Khai phí, lệ phí")
    assert not is_case_title("Thành phần hồ sơ", "Cấp giấy phép")
    assert not is_case_title("Giấy tờ phải nộp", "Cấp giấy phép")
    assert not is_case_title("Hồ sơ cấp giấy phép", "Cấp giấy phép")
    assert not is_case_title("1. Thành phần hồ sơ đăng ký chào bán trái phiếu", "Đăng ký chào bán trái phiếu.")
    assert is_case_title("a.2) Về gia hạn chứng chỉ hành nghề", "Cấp, gia hạn, cấp lại chứng chỉ hành nghề")
    assert is_case_title("Hồ sơ đề nghị cấp giấy phép bao gồm", "Cấp, cấp lại, gia hạn Giấy phép hoạt động")
    assert is_case_title("Đối với hàng hóa xuất khẩu", "Thủ tục đối với hàng hóa xuất khẩu, nhập khẩu")
    assert is_case_title("Hồ sơ đề nghị cấp phép cho tàu bay", "Cấp phép cho lực lượng nước ngoài")
    assert is_case_title("(iii) Miễn, giảm thuế do thiên tai", "Khai; miễn, giảm thuế / Khai thuế đất")
    assert is_case_title(
        "Hồ sơ đề nghị cấp phép của chi nhánh nước ngoài", "Cấp phép doanh nghiệp, chi nhánh nước ngoài"
    )
    assert is_case_title("Hồ sơ do cơ sở đào tạo nộp", "Cấp giấy chứng nhận giáo viên")
    assert is_case_title("Đăng kiểm viên hạng II", "Cấp chứng chỉ đăng kiểm viên")
    assert not is_case_title("Hồ sơ rút vốn gồm có", "Thủ tục rút vốn vay ưu đãi nước ngoài")
    assert not is_case_title(
        "TThành phần hồ sơ. Trường hợp đã có bản điện tử thì không nộp", "Cấp lại giấy phép đào tạo"
    )
    assert not is_case_title(
        "2) Hồ sơ đề nghị cấp lại, điều chỉnh Giấy chứng nhận đăng ký lập quỹ cho quỹ hình thành sau chia, tách",
        "Cấp lại hoặc điều chỉnh Giấy chứng nhận đăng ký lập quỹ cho quỹ hình thành sau chia, tách quỹ mở",
    )


def test_a_case_of_one_member_is_no_proxy():
    assert is_besides("Trường hợp ủy quyền cho cá nhân thực hiện thủ tục")
    assert not is_besides("Trường hợp thay đổi chủ hộ do các thành viên ủy quyền cho một trong các thành viên")
