"""The first state: one application, one Official Account, a handful of people, the portal's templates and menu."""

from typing import Any

from .records import Account, App, Person, Template
from .world import World

APP_ID = "360846524940903967"
APP_SECRET = "app-secret-cua-zalo-mo-phong"
OA_SECRET = "oa-secret-cua-zalo-mo-phong"
OA_ID = "388613280878808645"

PEOPLE = (
    ("lan", "Nguyễn Thị Lan", "84912000101", "Nữ", "12/03/1988", "Xã Cần Giuộc", "25 đường Nguyễn Huệ", 330),
    ("hung", "Trần Văn Hùng", "84912000102", "Nam", "20/11/1979", "Xã Cần Giuộc", "Ấp Lộc Hậu", 205),
    ("tam", "Lê Minh Tâm", "84912000103", "Nam", "05/07/1995", "Xã Cần Giuộc", "118 Trương Định", 150),
    ("hoa", "Phạm Thị Hoa", "84912000104", "Nữ", "30/09/1961", "Xã Cần Giuộc", "Ấp Kim Điền", 20),
    (
        "vinh",
        "Công ty TNHH Vĩnh Phát",
        "84912000105",
        "Nam",
        "01/01/1980",
        "Xã Cần Giuộc",
        "Khu công nghiệp Tân Kim",
        265,
    ),
)


def _param(name: str, most: int, kind: str = "STRING", require: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "require": require,
        "type": kind,
        "maxLength": most,
        "minLength": 0,
        "acceptNull": not require,
    }


COMMON = (_param("ten_khach_hang", 60), _param("ma_ho_so", 40))
SAMPLES = {
    "ten_khach_hang": "Nguyễn Thị Lan",
    "ma_ho_so": "000.00.01.H40-261123-0001",
    "ten_thu_tuc": "Cấp bản sao trích lục hộ tịch",
    "trang_thai": "Thẩm định",
    "ngay_hen": "30/11/2026",
    "han_bo_sung": "15/12/2026",
    "co_quan": "Trung tâm Phục vụ hành chính công",
    "noi_dung": "Bổ sung bản sao giấy khai sinh",
    "dia_diem": "Quầy số 5",
    "so_tien": "150000",
    "tieu_de": "Lịch nghỉ lễ",
}

# (number, name, title, text, parameters beside the common two, tag, rating)
TEMPLATES: tuple[tuple[str, str, str, str, tuple[dict[str, Any], ...], str, bool], ...] = (
    (
        "500001",
        "tiep_nhan_ho_so",
        "Đã tiếp nhận hồ sơ",
        "Kính gửi <ten_khach_hang>,\nHồ sơ <ma_ho_so> – <ten_thu_tuc> đã được tiếp nhận.\n"
        "Ngày hẹn trả: <ngay_hen>.\n<co_quan>",
        (_param("ten_thu_tuc", 200), _param("ngay_hen", 20, "DATE"), _param("co_quan", 100)),
        "TRANSACTION",
        False,
    ),
    (
        "500002",
        "trang_thai_ho_so",
        "Hồ sơ có trạng thái mới",
        "Kính gửi <ten_khach_hang>,\nHồ sơ <ma_ho_so> chuyển sang: <trang_thai>.\n<noi_dung>\n<co_quan>",
        (_param("trang_thai", 60), _param("noi_dung", 200, require=False), _param("co_quan", 100)),
        "TRANSACTION",
        False,
    ),
    (
        "500003",
        "bo_sung_ho_so",
        "Yêu cầu bổ sung hồ sơ",
        "Kính gửi <ten_khach_hang>,\nHồ sơ <ma_ho_so> cần bổ sung: <noi_dung>.\nHạn nộp bổ sung: <han_bo_sung>.\n"
        "<co_quan>",
        (_param("noi_dung", 200), _param("han_bo_sung", 30), _param("co_quan", 100)),
        "TRANSACTION",
        False,
    ),
    (
        "500004",
        "nghia_vu_tai_chinh",
        "Thông báo nghĩa vụ tài chính",
        "Kính gửi <ten_khach_hang>,\nHồ sơ <ma_ho_so> cần nộp <so_tien> đồng.\n<co_quan>",
        (_param("so_tien", 20, "NUMBER"), _param("co_quan", 100)),
        "TRANSACTION",
        False,
    ),
    (
        "500005",
        "co_ket_qua",
        "Hồ sơ đã có kết quả",
        "Kính gửi <ten_khach_hang>,\nHồ sơ <ma_ho_so> đã có kết quả. Mời nhận tại <dia_diem>.\n<noi_dung>\n<co_quan>",
        (_param("dia_diem", 200), _param("noi_dung", 200, require=False), _param("co_quan", 100)),
        "TRANSACTION",
        False,
    ),
    (
        "500006",
        "xin_loi_hen_lai",
        "Thư xin lỗi và hẹn lại ngày trả kết quả",
        "Kính gửi <ten_khach_hang>,\n<co_quan> xin lỗi vì hồ sơ <ma_ho_so> trễ hẹn. Ngày hẹn mới: <ngay_hen>.\n"
        "Lý do: <noi_dung>",
        (_param("ngay_hen", 20, "DATE"), _param("noi_dung", 200), _param("co_quan", 100)),
        "TRANSACTION",
        False,
    ),
    (
        "500007",
        "tra_loi_phan_anh",
        "Đã có trả lời phản ánh, kiến nghị",
        "Kính gửi <ten_khach_hang>,\nPhản ánh <ma_ho_so> đã được trả lời: <noi_dung>\n<co_quan>",
        (_param("noi_dung", 200), _param("co_quan", 100)),
        "CUSTOMER_CARE",
        False,
    ),
    (
        "500008",
        "moi_danh_gia",
        "Mời đánh giá sự hài lòng",
        "Kính gửi <ten_khach_hang>,\nXin cho biết mức độ hài lòng về việc giải quyết hồ sơ <ma_ho_so>.\n<co_quan>",
        (_param("co_quan", 100),),
        "CUSTOMER_CARE",
        True,
    ),
    (
        "500009",
        "tien_do_y_kien",
        "Tiến độ phản ánh, kiến nghị",
        "Kính gửi <ten_khach_hang>,\nÝ kiến <ma_ho_so>: <trang_thai>.\n<noi_dung>\n<co_quan>",
        (_param("trang_thai", 60), _param("noi_dung", 200, require=False), _param("co_quan", 100)),
        "CUSTOMER_CARE",
        False,
    ),
    (
        "500010",
        "thong_bao_chung",
        "Thông báo của cơ quan",
        "Kính gửi <ten_khach_hang>,\nThông báo <ma_ho_so>: <tieu_de>\n<noi_dung>\n<co_quan>",
        (_param("tieu_de", 150), _param("noi_dung", 200), _param("co_quan", 100)),
        "PROMOTION",
        False,
    ),
    (
        "500011",
        "thong_bao_dang_ky",
        "Thông báo đã đăng ký nhận",
        "Kính gửi <ten_khach_hang>,\nThông báo <ma_ho_so>: <tieu_de>\n<noi_dung>\n<co_quan>",
        (_param("tieu_de", 150), _param("noi_dung", 200), _param("co_quan", 100)),
        "CUSTOMER_CARE",
        False,
    ),
)


def menu(portal: str) -> list[dict[str, Any]]:
    """The OA's menu: three columns with their entries."""

    def say(title: str, words: str) -> dict[str, Any]:
        return {"title": title, "type": "oa.query.show", "payload": words}

    def page(title: str, path: str) -> dict[str, Any]:
        return {"title": title, "type": "oa.open.url", "payload": {"url": portal + path}}

    services = [
        say("Tra cứu hồ sơ", "Hồ sơ của tôi"),
        page("Tra cứu trên trang", "/tra-cuu/"),
        page("Thủ tục hành chính", "/thu-tuc/"),
        page("Nộp hồ sơ", "/nop-ho-so/"),
        say("Đánh giá", "Đánh giá"),
    ]
    information = [
        page("Tin tức", "/tin-tuc/"),
        page("Tra cứu thông tin", "/thong-tin/"),
        say("Phản ánh, góp ý", "Góp ý"),
    ]
    help_entries = [say("Đường dây nóng", "Hỗ trợ"), say("Gặp cán bộ", "Gặp cán bộ"), say("Hướng dẫn", "Hướng dẫn")]
    return [
        {"title": "Dịch vụ công", "items": services},
        {"title": "Thông tin", "items": information},
        {"title": "Hỗ trợ", "items": help_entries},
    ]


def add_app(world: World, portal: str, **changes: Any) -> App:
    values = {
        "id": APP_ID,
        "name": "Cổng dịch vụ hành chính công",
        "secret": APP_SECRET,
        "oa_secret": OA_SECRET,
        "callback_urls": [f"{portal}/zalo/oauth/callback/"],
        "webhook_url": f"{portal}/zalo/webhook/",
        "admin_phones": [PEOPLE[0][2]],
    }
    return world.save_app(App(**(values | changes)))


def add_account(world: World, portal: str, **changes: Any) -> Account:
    """An Official Account with the portal's templates, numbered apart from those of the accounts before it."""
    values = {
        "id": OA_ID,
        "app_id": APP_ID,
        "name": "Chính quyền số tỉnh Tây Ninh",
        "alias": "chinhquyenso",
        "description": "Kênh chính thức của Trung tâm Phục vụ hành chính công. Tra cứu hồ sơ, nhận thông báo từng bước"
        " giải quyết, gửi phản ánh và được hỗ trợ.",
        "menu": menu(portal),
    }
    account = world.save_account(Account(**(values | changes)))
    add_templates(world, account, portal, 1000 * (len(world.accounts) - 1))
    return account


def add_templates(world: World, account: Account, portal: str, step: int) -> None:
    for number, name, title, text, params, tag, rating in TEMPLATES:
        names = [param["name"] for param in (*COMMON, *params)]
        button = {"type": 1, "title": "Xem hồ sơ", "content": f"{portal}/tra-cuu/"}
        world.save_template(
            Template(
                id=str(int(number) + step),
                oa_id=account.id,
                name=name,
                title=title,
                text=text,
                params=[*COMMON, *params],
                buttons=[] if rating else [button],
                tag=tag,
                rating=rating,
                sample={each: SAMPLES[each] for each in names},
            )
        )


def sow(world: World, portal: str) -> None:
    """Fill an empty world."""
    add_app(world, portal)
    add_account(world, portal)
    for key, name, phone, gender, birthday, ward, address, hue in PEOPLE:
        world.save_person(
            Person(
                id=key,
                name=name,
                phone=phone,
                gender=gender,
                birthday=birthday,
                city="Tây Ninh",
                ward=ward,
                address=address,
                hue=hue,
            )
        )
    world.portal = portal
    world.save_meta()
    world.commit()


def move(world: World, portal: str) -> None:
    """Point a kept world at the portal's new address: webhooks, callbacks, menus and buttons."""
    before, world.portal = world.portal, portal

    def moved(value: Any) -> Any:
        if isinstance(value, str):
            return portal + value.removeprefix(before) if value.startswith(f"{before}/") else value
        if isinstance(value, list):
            return [moved(each) for each in value]
        return {key: moved(each) for key, each in value.items()} if isinstance(value, dict) else value

    for app in world.apps.values():
        app.webhook_url, app.callback_urls = moved(app.webhook_url), moved(app.callback_urls)
        world.save_app(app)
    for account in world.accounts.values():
        account.menu = moved(account.menu)
        world.save_account(account)
    for template in world.templates.values():
        template.buttons = moved(template.buttons)
        world.save_template(template)
    world.save_meta()
    world.commit()
