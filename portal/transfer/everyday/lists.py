"""The everyday tables by their name in an address: days off, agencies and what hangs on them, rules, answers."""

from __future__ import annotations

from dossiers.deadlines.rule_words import from_words, in_words
from dossiers.models import (
    Agency,
    AgencySuccession,
    AgencyVersion,
    CalendarException,
    Desk,
    Hotline,
    LegalRule,
    SupplementReason,
    Unit,
)
from feedback.models import CannedAnswer, Category, FaqEntry
from portal.transfer.everyday.cells import (
    AgencyCode,
    Cell,
    Choice,
    Day,
    Hour,
    Named,
    Number,
    Paragraphs,
    Phone,
    YesNo,
    words_of,
)
from portal.transfer.everyday.tables import Column, Table, row_number
from zalo.models import CannedAnswer as ChatAnswer

AGENCY = ("mã đơn vị", "cơ quan", "đơn vị", "tên cơ quan", "tên đơn vị", "riêng cơ quan", "mã cq")


def agency(*, needed: bool = False) -> Column:
    """Return the column that says whose a row is."""
    return Column("agency", "Mã cơ quan", AgencyCode(), *AGENCY, needed=needed)


class DaysOff(Table):
    """Days off and make-up days; they count once a person has confirmed them with the preview of the calendar."""

    slug, title, key = "ngay-nghi", "Ngày nghỉ, làm bù", ("date", "agency")
    hint = (
        "Ngày nhập vào là đề xuất, chưa ảnh hưởng hồ sơ nào cho đến khi được xác nhận. Để trống mã cơ quan: lịch chung."
    )
    date = Column("date", "Ngày", Day(), "ngày nghỉ", "ngày tháng", needed=True)
    kind = Column(
        "kind",
        "Loại",
        Choice(
            [("off", "nghỉ"), ("work", "làm việc")],
            off="nghỉ lễ|nghỉ bù|nghỉ tết|ngày nghỉ",
            work="làm bù|làm|đi làm|ngày làm việc|ngày làm bù",
        ),
        "loại ngày",
        needed=True,
    )
    name = Column("name", "Tên gọi", Cell(), "tên ngày", "nội dung", "tên ngày nghỉ", "lý do", needed=True)
    agency = agency()
    opens_at = Column("opens_at", "Làm từ giờ", Hour(), "từ giờ")
    closes_at = Column("closes_at", "Đến giờ", Hour())
    decision = Column("decision", "Văn bản quyết định", Cell(), "văn bản", "căn cứ", "số văn bản", "quyết định")

    class Meta:
        model = CalendarException

    def locked(self, stored) -> str:
        if stored is not None and stored.confirmed:
            return "Ngày này đã được xác nhận; hãy hủy xác nhận trước khi sửa bằng tệp."
        return super().locked(stored)

    def before_save_instance(self, instance, row, **kwargs):
        instance.source = "nhập từ tệp"


class Agencies(Table):
    """Agencies; new ones, codes, kinds and parents are written by those who see all agencies."""

    slug, title, key = "co-quan", "Cơ quan", ("code",)
    code = Column("code", "Mã cơ quan", Cell(), "mã định danh", "mã đơn vị", "mã", needed=True)
    name = Column("name", "Tên cơ quan", Cell(), "tên hiện nay", "tên đơn vị", "cơ quan", "tên", needed=True)
    kind = Column(
        "kind",
        "Loại",
        Choice(
            Agency.Kind.choices,
            commune="xã|phường|UBND xã|UBND phường|đặc khu|cấp xã",
            centre="trung tâm|TTPVHCC|trung tâm PVHCC",
            department="sở|ban|ngành|sở ngành",
            province="tỉnh|UBND tỉnh|cấp tỉnh",
            district="huyện|UBND huyện|cấp huyện",
        ),
        "loại cơ quan",
        "cấp",
    )
    parent = Column("parent", "Mã cơ quan cấp trên", AgencyCode(), "cơ quan cấp trên", "cấp trên", "trực thuộc")
    active = Column("active", "Đang hoạt động", YesNo(), "hoạt động")

    class Meta:
        model = Agency


class AgencyNames(Table):
    """What agencies are called from a day on."""

    slug, title, key = "ten-goi-co-quan", "Tên gọi cơ quan theo thời gian", ("agency", "valid_from")
    agency = agency()
    name = Column("name", "Tên", Cell(), "tên gọi", needed=True)
    short_name = Column("short_name", "Tên viết tắt", Cell(), "tên viết tắt trong số văn bản", "viết tắt")
    parent_name = Column("parent_name", "Cơ quan chủ quản", Cell(), "cơ quan chủ quản (dòng trên)")
    code = Column("code", "Mã trong mã hồ sơ", Cell(), "mã định danh trong mã hồ sơ", "mã định danh", needed=True)
    address = Column("address", "Địa chỉ", Cell(), "trụ sở")
    place = Column("place", "Địa danh", Cell(), "địa danh ghi trên văn bản")
    phone = Column("phone", "Điện thoại", Phone(), "số điện thoại", "sđt")
    email = Column("email", "Thư điện tử", Cell(), "email")
    hours = Column("hours", "Giờ làm việc", Cell())
    valid_from = Column("valid_from", "Từ ngày", Day(), "hiệu lực từ", needed=True)
    valid_to = Column("valid_to", "Đến hết ngày", Day(), "đến ngày")
    decision = Column("decision", "Quyết định", Cell(), "văn bản", "số quyết định")

    class Meta:
        model = AgencyVersion


class Successions(Table):
    """Who answers for whom from a day on."""

    slug, title, key = "ke-thua", "Kế thừa giữa các cơ quan", ("predecessor", "successor")
    predecessor = Column("predecessor", "Mã cơ quan cũ", AgencyCode(), "cơ quan cũ", "đơn vị cũ", needed=True)
    successor = Column("successor", "Mã cơ quan kế thừa", AgencyCode(), "cơ quan kế thừa", "cơ quan mới", "đơn vị mới")
    kind = Column(
        "kind",
        "Hình thức",
        Choice(AgencySuccession.Kind.choices, merge="hợp nhất|nhập", split="chia|tách", rename="đổi tên gọi"),
        needed=True,
    )
    effective_on = Column("effective_on", "Có hiệu lực từ", Day(), "hiệu lực từ", "từ ngày", needed=True)
    decision = Column("decision", "Văn bản", Cell(), "nghị quyết", "quyết định", "căn cứ")

    class Meta:
        model = AgencySuccession


class Units(Table):
    """Rooms of agencies."""

    slug, title, key = "phong", "Phòng, bộ phận", ("agency", "code")
    agency = agency()
    code = Column("code", "Mã phòng", Cell(), "mã", "mã bộ phận", needed=True)
    name = Column("name", "Tên phòng, bộ phận", Cell(), "tên phòng", "phòng", "bộ phận", "tên bộ phận", needed=True)
    is_front_office = Column("is_front_office", "Là bộ phận một cửa", YesNo(), "bộ phận tiếp nhận và trả kết quả")
    active = Column("active", "Đang hoạt động", YesNo(), "hoạt động")

    class Meta:
        model = Unit


class Desks(Table):
    """Counters of agencies."""

    slug, title, key = "quay", "Quầy", ("code",)
    agency = agency()
    code = Column("code", "Mã quầy", Cell(), "mã", needed=True)
    name = Column("name", "Tên quầy", Cell(), "quầy", "tên", needed=True)
    kind = Column("kind", "Loại quầy", Choice(Desk.Kind.choices), "loại")
    active = Column("active", "Đang dùng", YesNo(), "đang hoạt động")

    class Meta:
        model = Desk


class Hotlines(Table):
    """Numbers citizens may call."""

    slug, title, key = "duong-day", "Đường dây hỗ trợ", ("agency", "label")
    agency = agency()
    label = Column("label", "Nội dung hỗ trợ", Cell(), "nội dung", "việc", needed=True)
    phone = Column("phone", "Số điện thoại", Phone(), "điện thoại", "sđt", "số máy", needed=True)
    hours = Column("hours", "Giờ trực", Cell(), "giờ")
    order = Column("order", "Thứ tự", Number())

    class Meta:
        model = Hotline


class RuleValue(Cell):
    """The value of a rule, in the words of its page; of the kind its key has always had."""

    counts = True

    def clean(self, value, row=None, run=None, **kwargs):
        like = LegalRule.first_of(words_of(row.get(Rules.fields["rule"].column_name))) if row else None
        said = Paragraphs().clean(value)
        return from_words(said, like.value) if like else said

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else in_words(value)


class Rules(Table):
    """Numbers of the law; a change of law is a new row with its own day."""

    slug, title, key = "quy-tac", "Quy tắc pháp lý", ("rule", "agency", "valid_from")
    hint = "Luật thay đổi: thêm dòng mới với ngày hiệu lực mới, dòng cũ giữ nguyên cho hồ sơ cũ."
    rule = Column("key", "Mã quy tắc", Cell(), "quy tắc", "mã", needed=True)
    name = Column("title", "Nội dung", Cell(), "tên quy tắc", needed=True)
    value = Column("value", "Giá trị", RuleValue(), needed=True)
    unit = Column("unit", "Đơn vị tính", Cell())
    article = Column("article", "Căn cứ", Cell(), "căn cứ (điều, văn bản)", "điều", "căn cứ pháp lý", needed=True)
    confidence = Column("confidence", "Mức chắc chắn", Choice(LegalRule._meta.get_field("confidence").choices))
    agency = agency()
    valid_from = Column("valid_from", "Hiệu lực từ", Day(), "từ ngày", "áp dụng từ", needed=True)
    valid_to = Column("valid_to", "Đến hết ngày", Day(), "đến ngày")

    class Meta:
        model = LegalRule


class Reasons(Table):
    """Ready reasons for asking for a supplement, or for refusing."""

    slug, title, key, numbered = "ly-do", "Lý do bổ sung, từ chối có sẵn", ("use", "name", "agency"), True
    number = row_number()
    use = Column("use", "Dùng khi", Choice(SupplementReason.Use.choices, supplement="bổ sung", refusal="từ chối"))
    name = Column("title", "Gọi tắt", Cell(), "tên", "lý do", needed=True)
    what = Column("what", "Nội dung", Cell(), "nội dung bổ sung", needed=True)
    why = Column("why", "Căn cứ", Cell(), "căn cứ pháp lý", needed=True)
    sample = Column("sample", "Mẫu tham khảo", Cell(), "mẫu")
    where = Column("where", "Lấy ở đâu, nộp ở đâu", Cell(), "nơi lấy", "nộp ở đâu")
    order = Column("order", "Thứ tự", Number())
    active = Column("active", "Đang dùng", YesNo())
    agency = agency()

    class Meta:
        model = SupplementReason


class Questions(Table):
    """Questions people keep asking."""

    slug, title, key, numbered = "hoi-dap", "Hỏi đáp thường gặp", ("question", "agency"), True
    number = row_number()
    question = Column("question", "Câu hỏi", Cell(), "hỏi", "nội dung câu hỏi", needed=True)
    answer = Column("answer", "Trả lời", Paragraphs(), "câu trả lời", "nội dung trả lời", "đáp", needed=True)
    other_words = Column("other_words", "Cách hỏi khác", Paragraphs(), "từ khóa")
    category = Column("category", "Lĩnh vực", Named(Category, "lĩnh vực ý kiến", written="name"))
    agency = agency()
    published = Column("published", "Công khai", YesNo(), "hiện công khai")
    reviewed_on = Column("reviewed_on", "Rà soát ngày", Day(), "ngày rà soát")

    class Meta:
        model = FaqEntry


class Answers(Table):
    """Ready answers to opinions."""

    slug, title, key, numbered = "cau-mau", "Câu trả lời mẫu (ý kiến)", ("name", "agency"), True
    number = row_number()
    name = Column("title", "Tên mẫu", Cell(), "tên", "tiêu đề", "tên gọi", needed=True)
    text = Column("text", "Nội dung", Paragraphs(), "câu trả lời", "trả lời", needed=True)
    category = Column("category", "Lĩnh vực", Named(Category, "lĩnh vực ý kiến", written="name"))
    agency = agency()
    active = Column("active", "Đang dùng", YesNo())

    class Meta:
        model = CannedAnswer


class ChatAnswers(Table):
    """Ready answers in the conversations of the channel."""

    slug, title, key, numbered = "cau-mau-zalo", "Câu trả lời mẫu (hội thoại Zalo)", ("name", "agency"), True
    number = row_number()
    name = Column("title", "Tên gọi", Cell(), "tên mẫu", "tên", "tiêu đề", needed=True)
    text = Column("text", "Nội dung", Paragraphs(), "câu trả lời", "trả lời", needed=True)
    agency = agency()
    active = Column("active", "Đang dùng", YesNo())

    class Meta:
        model = ChatAnswer
