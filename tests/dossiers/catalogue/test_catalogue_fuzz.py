"""No text, however broken, makes a parser raise, lose its original, or invent an amount (R6)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.catalogue.channels import parse_channels
from dossiers.catalogue.fees import parse_fee
from dossiers.catalogue.legal import parse_legal_bases
from dossiers.catalogue.outcomes import parse_results, parse_steps
from dossiers.catalogue.papers import parse_paper_list, parse_papers
from dossiers.catalogue.parties import parse_decision, parse_levels, split_names
from dossiers.catalogue.procedures import parse_record

PIECES = (
    "Hình thức nộpThời gianPhí, lệ phíMô tả", "Trực tuyến", "Trực tiếp", "Dịch vụ bưu chính", "Không có thông tin",
    "Miễn phí", "5 Ngày làm việc", "1", "0", "12", "50,000", " Việt Nam Đồng", " VNĐ", " USD", "(", ")", "((", "a)",
    "bằng 50%",
    "từ ngày 31/02/2025 đến hết ngày 32/13/2026", "20.000 đồng/tờ", "--", "Tên giấy tờMẫu đơn, tờ khaiSố lượng",
    "1 bản chính", ",1 bản sao", "0 bản chính", "Mẫu số 1", ".docx", "Đơn đề nghị", "Tên văn bản pháp lýMã văn bản",
    "05/2012/NĐ-CP", "QH13", "2011", "Mã: KQ.G01.000262", "Từ khóa", "Bước 1:", "\n", "Trường hợp",
    "\ud800", "\x00", "é",
)  # fmt: skip
text = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
modest = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@modest
@given(text, text)
def test_no_text_makes_a_parser_raise(one, two):
    channels, problems = parse_channels(one, two)
    for channel in channels:
        assert channel.limit.amount is None or channel.limit.amount > 0
        assert channel.limit.amount is None or any(c.isdigit() for c in one)
        for fee in channel.fees:
            assert fee.amount is None or fee.amount >= 0
            assert not (fee.valid_from and fee.valid_to) or fee.valid_from <= fee.valid_to
    parse_fee(one, two)
    groups, found = parse_papers(one)
    assert all(paper.name for group in groups for paper in group.papers)
    parse_paper_list(one)
    for parser in (parse_legal_bases, parse_results, parse_steps, parse_decision, parse_levels, split_names):
        parser(one)
    assert all(problem.reason and len(problem.text) <= 300 for problem in [*problems, *found])


@modest
@given(
    st.dictionaries(
        st.sampled_from(
            ["ma_thu_tuc", "ten_thu_tuc", "cach_thuc_thuc_hien", "thanh_phan_ho_so", "Thời hạn", "fee_vnd", "lạ"]
        )
        | st.text(max_size=10),
        json_values,
        max_size=9,
    )
)
def test_no_record_makes_the_whole_raise(source):
    record = parse_record(source)
    assert record.is_loadable or record.problems
    assert all(isinstance(value, str) for value in record.raw.values())


def test_long_and_deep_texts_stay_fast():
    for hostile in (
        "(" * 50_000,
        "a) " * 20_000,
        "1" * 100_000,
        "1 bản chính" * 5_000,
        "Trực tiếp1" * 10_000,
        "đ" * 100_000,
    ):
        parse_record(
            {
                "ma_thu_tuc": "1.000001", "ten_thu_tuc": hostile,
                "cach_thuc_thuc_hien": "Trực tiếp5 NgàyMiễn phí(" + hostile,
                "thanh_phan_ho_so": "--Tên giấy tờMẫu đơn, tờ khaiSố lượng" + hostile,
                "can_cu_phap_ly": "Tên văn bản pháp lýMã văn bản" + hostile, "ket_qua_xu_ly": hostile,
                "trinh_tu_thuc_hien": hostile, "doi_tuong_thuc_hien": hostile, "so_quyet_dinh": hostile,
            }
        )  # fmt: skip
