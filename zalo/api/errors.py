"""What can go wrong at Zalo, as one tree, and what to do about each remote code, as one table.

    ZaloError
    ├── NotSent            the request never left this machine: repeat freely
    ├── OutcomeUnknown     it left, nobody knows what came of it: prove it before any repeat
    ├── Refused            Zalo answered with an error code: `remedy` says what to do
    └── GrantRefused       the token endpoint refused: a person must give consent again

Codes: Zalo's OA and ZBS error tables (docs.zaloplatforms.com) and zalo.cloud/zns/guidelines/handle-error-code.
The caller only asks `error.action`; people read `error.words` and `error.advice`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What the sender does next with the message that met an error."""

    RETRY = "retry"  # the same route again after a back-off
    LATER = "later"  # the same route when the night is over
    QUOTA = "quota"  # the account's allowance by this route is used up today: next route, tell a person
    TEMPLATE_QUOTA = "template_quota"  # the template's allowance is: next route, tell a person
    PERSON_QUOTA = "person_quota"  # this person's allowance is: next route, this one again tomorrow
    NO_ACCOUNT = "no_account"  # this person cannot be reached by this route for weeks: next route, remember it
    REFRESH_TOKEN = "refresh_token"  # new token, once, then the same route once
    REUPLOAD = "reupload"  # the attachment expired at Zalo: upload it again, then retry
    NEXT_ROUTE = "next_route"  # this route will never work for this message
    STOP_TEMPLATE = "stop_template"  # the template is unusable: next route, tell the channel editor
    STOP_ROUTE = "stop_route"  # the whole route is unusable for the account: next route, tell a person
    STOP_ACCOUNT = "stop_account"  # nothing can be sent for the account: keep messages, tell a person
    UNCERTAIN = "uncertain"  # prove first


class Host(StrEnum):
    """The three hosts; the same number means different things on each."""

    OA = "oa"
    TEMPLATE = "template"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One line of the table: what the sender does, what staff read, and whether the citizen said no."""

    action: Action
    words: str
    advice: str = ""
    opt_out: bool = False


class ZaloError(Exception):
    """Any failure of a call to Zalo. `action` decides, `words` explains in Vietnamese, `advice` says what to do."""

    action = Action.RETRY
    words = "Không gọi được Zalo."
    advice = "Hệ thống tự thử lại; nếu kéo dài quá 15 phút hãy báo bộ phận kỹ thuật."
    code: int | None = None
    opt_out = False


class NotSent(ZaloError):
    """The connection was never made, so Zalo has seen nothing."""

    words = "Không kết nối được tới Zalo; tin chưa rời hệ thống."


class OutcomeUnknown(ZaloError):
    """The request left, the answer did not come or made no sense (time-out, reset, 5xx, not JSON)."""

    action = Action.UNCERTAIN
    words = "Zalo không trả lời rõ ràng; chưa biết tin đã tới hay chưa."
    advice = "Hệ thống tự đối chiếu với hội thoại trên Zalo trước khi gửi lại."


class Refused(ZaloError):
    """Zalo answered with `error != 0` (usually under HTTP 200)."""

    def __init__(self, host: Host, code: int, message: str = ""):
        self.host, self.code, self.remote_message = host, code, message
        self.remedy = remedy_for(host, code)
        super().__init__(f"{host} {code}: {message}")

    @property
    def action(self) -> Action:
        return self.remedy.action

    @property
    def words(self) -> str:
        return f"{self.remedy.words} (mã {self.code})"

    @property
    def advice(self) -> str:
        return self.remedy.advice

    @property
    def opt_out(self) -> bool:
        return self.remedy.opt_out


class GrantRefused(ZaloError):
    """The token endpoint gave no usable pair. Its numbers are not documented, so none is branched on."""

    action = Action.STOP_ACCOUNT
    words = "Zalo từ chối cấp mã truy cập mới cho Official Account."
    advice = "Quản trị viên OA mở “Kết nối lại Zalo” trong trang tài khoản và đồng ý cấp quyền một lần nữa."

    def __init__(self, name: str = "", reason: str = "", code: int | None = None):
        self.name, self.reason, self.code = name, reason, code
        super().__init__(f"oauth {code}: {name} {reason}".strip())


_KEEP = "Kiểm tra lại thông tin của người nhận; tin được chuyển sang cách gửi khác."
_OTHER_WAY = "Tin được chuyển sang cách gửi khác; không cần làm gì thêm."
_RESPECT = "Hệ thống đã ghi nhận ý muốn của người dân và không nhắn loại tin này nữa."
_CONSOLE = "Mở trang quản trị Zalo (developers.zalo.me, oa.zalo.me) và làm theo thông báo tại đó."
_EDITOR = "Biên tập kênh mở “Mẫu tin” để xem và sửa mẫu, hoặc gắn mẫu khác cho bước này."
_ALLOWANCE = (
    "Tin đang đi bằng cách khác; cách này mở lại vào ngày mai. Nếu thường xuyên hết, nâng gói hoặc hạn mức của OA."
)
_MONEY = "Nạp tiền hoặc gia hạn gói cho tài khoản ZBS của OA."
_TOKEN = "Hệ thống tự xin mã truy cập mới; nếu vẫn lỗi hãy kết nối lại tài khoản."


def _r(action: Action, words: str, advice: str = "", *, opt_out: bool = False) -> Remedy:
    return Remedy(action, words, advice, opt_out)


_A = Action
OA_REMEDIES: dict[int, Remedy] = {
    -32: _r(_A.RETRY, "Vượt tốc độ gửi Zalo cho phép", "Hệ thống tự gửi chậm lại."),
    -100: _r(_A.REUPLOAD, "Tệp đính kèm đã hết hạn trên Zalo", "Hệ thống tự tải tệp lên lại."),
    -124: _r(_A.REFRESH_TOKEN, "Mã truy cập không còn hiệu lực", _TOKEN),
    -200: _r(_A.RETRY, "Zalo báo gửi không thành công", "Hệ thống tự thử lại."),
    -201: _r(_A.NEXT_ROUTE, "Zalo báo nội dung gửi có trường không hợp lệ", _KEEP),
    -204: _r(_A.STOP_ACCOUNT, "Official Account đang bị khoá", _CONSOLE),
    -205: _r(_A.STOP_ACCOUNT, "Official Account không tồn tại", "Kiểm tra lại mã OA trong trang tài khoản."),
    -209: _r(_A.STOP_ACCOUNT, "Ứng dụng Zalo chưa được kích hoạt", _CONSOLE),
    -210: _r(_A.NEXT_ROUTE, "Nội dung vượt giới hạn của Zalo", "Rút ngắn mẫu lời nhắn của bước này."),
    -211: _r(_A.QUOTA, "Đã hết hạn mức của chức năng này", _ALLOWANCE),
    -212: _r(_A.STOP_ACCOUNT, "Ứng dụng chưa đăng ký chức năng gửi tin", _CONSOLE),
    -213: _r(_A.NEXT_ROUTE, "Người nhận chưa quan tâm OA", _OTHER_WAY),
    -214: _r(_A.RETRY, "Bài viết đang được Zalo xử lý", "Hệ thống tự thử lại."),
    -216: _r(_A.REFRESH_TOKEN, "Mã truy cập không hợp lệ", _TOKEN),
    -217: _r(_A.NEXT_ROUTE, "Người nhận đã chặn lời mời từ OA", _RESPECT, opt_out=True),
    -218: _r(_A.PERSON_QUOTA, "Đã hết hạn mức gửi tới người nhận này", _ALLOWANCE),
    -219: _r(_A.STOP_ACCOUNT, "Ứng dụng đã bị gỡ hoặc vô hiệu hoá", _CONSOLE),
    -220: _r(_A.REFRESH_TOKEN, "Mã truy cập đã hết hạn", _TOKEN),
    -221: _r(_A.STOP_ACCOUNT, "Official Account chưa xác thực", "Hoàn tất xác thực OA tại oa.zalo.me."),
    -223: _r(_A.STOP_ROUTE, "OA chưa cấp quyền này cho ứng dụng", "Kết nối lại và chọn đủ các nhóm quyền."),
    -224: _r(_A.STOP_ROUTE, "Gói dịch vụ của OA không có chức năng này", _MONEY),
    -227: _r(_A.NO_ACCOUNT, "Tài khoản Zalo của người nhận bị khoá hoặc đã lâu không dùng", _OTHER_WAY),
    -230: _r(_A.NEXT_ROUTE, "Người nhận không tương tác với OA trong 7 ngày", _OTHER_WAY),
    -232: _r(_A.NEXT_ROUTE, "Người nhận chưa tương tác hoặc đã quá hạn tương tác", _OTHER_WAY),
    -233: _r(_A.NEXT_ROUTE, "Loại tin không được hỗ trợ", _OTHER_WAY),
    -234: _r(_A.LATER, "Zalo không cho gửi loại tin này ban đêm", "Hệ thống gửi lại sau 6 giờ sáng."),
    -235: _r(_A.STOP_ROUTE, "Loại OA này không được dùng chức năng", _CONSOLE),
    -237: _r(_A.NEXT_ROUTE, "Nhóm chat đã bị vô hiệu", _OTHER_WAY),
    -238: _r(_A.STOP_ROUTE, "Gói tin đã dùng hết hoặc hết hạn", _MONEY),
    -240: _r(_A.STOP_ROUTE, "Zalo đã ngừng giao diện gửi tin kiểu cũ", "Báo bộ phận kỹ thuật cập nhật hệ thống."),
    -241: _r(_A.STOP_ROUTE, "Gói tin không còn dùng được", _MONEY),
    -242: _r(_A.STOP_ACCOUNT, "Chữ ký ứng dụng không đúng", "Kiểm tra khoá bí mật của ứng dụng."),
    -244: _r(_A.NEXT_ROUTE, "Người nhận không muốn nhận loại tin này", _RESPECT, opt_out=True),
    -248: _r(_A.STOP_TEMPLATE, "Nội dung vi phạm quy định của Zalo", _EDITOR),
    -249: _r(
        _A.NEXT_ROUTE, "Mẫu tin này không gửi được theo mã người dùng", "Tạo lại mẫu trên Zalo sau ngày 10/12/2025."
    ),
    -320: _r(_A.STOP_ROUTE, "OA chưa liên kết tài khoản ZBS", "Liên kết tài khoản ZBS tại account.zalo.cloud."),
    -321: _r(_A.STOP_ROUTE, "Tài khoản ZBS hết tiền", _MONEY),
    -403: _r(_A.NEXT_ROUTE, "OA không thuộc nhóm chat", _OTHER_WAY),
}

_APP_SETUP = _r(_A.STOP_ROUTE, "Ứng dụng Zalo chưa thiết lập đúng cho tin theo mẫu", _CONSOLE)
_DATA_BUG = _r(_A.NEXT_ROUTE, "Tham số của mẫu tin không hợp lệ", _EDITOR)
_NO_CHARGE = _r(_A.STOP_ROUTE, "Tài khoản ZBS chưa liên kết hoặc không thanh toán được", _MONEY)
_DAILY = _r(_A.QUOTA, "Đã hết hạn mức tin theo mẫu trong ngày", _ALLOWANCE)
_DAILY_OF_TEMPLATE = _r(_A.TEMPLATE_QUOTA, "Mẫu tin đã hết hạn mức trong ngày", _ALLOWANCE)
_REFUSED_BY_CITIZEN = _r(_A.NEXT_ROUTE, "Người nhận từ chối nhận tin từ OA", _RESPECT, opt_out=True)

TEMPLATE_REMEDIES: dict[int, Remedy] = {
    -100: _r(_A.RETRY, "Zalo gặp lỗi chưa rõ", "Hệ thống tự thử lại."),
    -106: _r(_A.NEXT_ROUTE, "Zalo không hỗ trợ cách gọi này", "Báo bộ phận kỹ thuật."),
    -107: _r(_A.NEXT_ROUTE, "Mã tin không hợp lệ", "Báo bộ phận kỹ thuật."),
    -108: _r(_A.NO_ACCOUNT, "Số điện thoại không hợp lệ", "Sửa số điện thoại trong hồ sơ."),
    -109: _r(_A.STOP_TEMPLATE, "Mẫu tin không tồn tại", _EDITOR),
    -1091: _r(_A.STOP_TEMPLATE, "Mẫu tin không sửa được", _EDITOR),
    -110: _r(_A.NEXT_ROUTE, "Ứng dụng Zalo của người nhận quá cũ", _OTHER_WAY),
    -113: _r(_A.STOP_TEMPLATE, "Nút trong mẫu tin không hợp lệ", _EDITOR),
    -1131: _r(_A.STOP_TEMPLATE, "Nút trong mẫu tin không hợp lệ", _EDITOR),
    -114: _r(_A.NEXT_ROUTE, "Người nhận không nhận được tin vào lúc này", _OTHER_WAY),
    -115: _r(_A.STOP_ROUTE, "Tài khoản ZBS hết số dư", _MONEY),
    -116: _r(_A.NEXT_ROUTE, "Nội dung tin không hợp lệ", _EDITOR),
    -117: _r(_A.STOP_TEMPLATE, "OA không có quyền dùng mẫu tin này", _EDITOR),
    -118: _r(_A.NO_ACCOUNT, "Số điện thoại không có tài khoản Zalo", _OTHER_WAY),
    -119: _r(_A.NO_ACCOUNT, "Tài khoản Zalo của người nhận không nhận được tin", _OTHER_WAY),
    -120: _r(_A.STOP_ROUTE, "OA chưa có quyền gửi tin theo mẫu", _CONSOLE),
    -121: _DATA_BUG,
    -122: _DATA_BUG,
    -123: _r(_A.NEXT_ROUTE, "Giải mã RSA không thành công", "Báo bộ phận kỹ thuật."),
    -124: _r(_A.REFRESH_TOKEN, "Mã truy cập không hợp lệ", _TOKEN),
    -125: _r(_A.STOP_ACCOUNT, "Mã OA không hợp lệ", "Kiểm tra lại mã OA trong trang tài khoản."),
    -126: _r(_A.STOP_ROUTE, "Ví thử nghiệm đã hết tiền", _MONEY),
    -127: _r(_A.NEXT_ROUTE, "Tin thử chỉ gửi được cho quản trị viên", "Tắt chế độ gửi thử."),
    -131: _r(_A.STOP_TEMPLATE, "Mẫu tin chưa được Zalo duyệt", _EDITOR),
    -132: _DATA_BUG,
    -133: _r(_A.LATER, "Mẫu tin này không được gửi ban đêm", "Hệ thống gửi lại sau 6 giờ sáng."),
    -135: _r(_A.STOP_ROUTE, "OA chưa được phép gửi tin theo mẫu", "Xác thực OA và nâng gói dịch vụ."),
    -1351: _r(_A.STOP_ROUTE, "OA bị chặn gửi tin theo mẫu", _CONSOLE),
    -139: _r(_A.NEXT_ROUTE, "Người nhận từ chối loại tin này", _RESPECT, opt_out=True),
    -140: _r(_A.NEXT_ROUTE, "Người nhận không đủ điều kiện nhận loại tin này", _OTHER_WAY, opt_out=True),
    -141: _REFUSED_BY_CITIZEN,
    -145: _r(_A.STOP_TEMPLATE, "OA không được gửi loại mẫu tin này", _EDITOR),
    -146: _r(_A.STOP_TEMPLATE, "Mẫu tin bị Zalo tắt vì chất lượng thấp", _EDITOR),
    **dict.fromkeys((-101, -102, -103, -104, -105), _APP_SETUP),
    **dict.fromkeys((-111, -112, -1121, -1122, -1124), _DATA_BUG),
    **dict.fromkeys((-136, -137, -138, -1381), _NO_CHARGE),
    **dict.fromkeys((-144, -1441), _DAILY),
    **dict.fromkeys((-147, -1471, -1472), _DAILY_OF_TEMPLATE),
    **dict.fromkeys((-158, -159, -160, -161, -162), _DATA_BUG),
    **{code: OA_REMEDIES[code] for code in (-32, -216, -220, -249)},
}

# An undocumented code must neither repeat a message for ever nor lose it: the row tries the next route
# and ends on the call list, with the number shown to staff.
UNKNOWN = _r(_A.NEXT_ROUTE, "Zalo trả về mã lỗi chưa có trong danh mục", "Báo bộ phận kỹ thuật kèm mã lỗi.")


def remedy_for(host: Host, code: int) -> Remedy:
    """The table line for a code on a host; `UNKNOWN` for numbers Zalo has not documented."""
    tables = (TEMPLATE_REMEDIES, OA_REMEDIES) if host == Host.TEMPLATE else (OA_REMEDIES, TEMPLATE_REMEDIES)
    # A template by UID lives on the OA host and answers with codes of both families; only -100 differs.
    return tables[0].get(code) or tables[1].get(code) or UNKNOWN
