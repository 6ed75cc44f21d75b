"""The invented people and offices of previews: one believable case, told the same way on every form."""

from datetime import date, datetime

from dossiers.written_dates import ZONE

from .head import Head, Person

AT = {
    "2018": datetime(2021, 2, 5, 8, 5, tzinfo=ZONE),
    "2025": datetime(2026, 2, 5, 8, 5, tzinfo=ZONE),
}
CENTRE = "Trung tâm Phục vụ hành chính công xã Cần Giuộc"
PARENT = "Ủy ban nhân dân xã Cần Giuộc"
PLACE = "Cần Giuộc"
SITE = "https://tracuu.example.vn"
LOOKUP_URL = f"{SITE}/h/k7Qm2xVt9RzYw4Lp8sNd3A/"
VERIFY_URL = f"{SITE}/x/Bf5hJ6uTqW1eXc0oMi7gKz/"
ZALO_URL = "https://zalo.me/1234567890123456789"
PERSON = Person(
    name="Nguyễn Thị Huỳnh Như",
    address="Số 12, đường Nguyễn An Ninh, ấp Hòa Thuận 1, xã Cần Giuộc, tỉnh Tây Ninh",
    phone="0901 234 567",
    email="huynhnhu@example.vn",
    identity="080199000123",
)


def centre_head(form_set: str, *, symbol: str, number: int | None = None) -> Head:
    """Return the letterhead of the sample centre, dated on the sample day of the set."""
    day: date = AT[form_set].date()
    return Head(issuer=CENTRE, place=PLACE, parent=PARENT, symbol=symbol, number=number, dated=day)


def settling_head(form_set: str, *, symbol: str, number: int | None = None) -> Head:
    """Return the letterhead of the office that settles the sample dossier: its name changed with the 2025 reform."""
    day: date = AT[form_set].date()
    if form_set == "2018":
        issuer, parent = "Phòng Tài nguyên và Môi trường huyện Cần Giuộc", "Ủy ban nhân dân huyện Cần Giuộc"
    else:
        issuer, parent = "Phòng Kinh tế, Hạ tầng và Đô thị", PARENT
    return Head(issuer=issuer, place=PLACE, parent=parent, symbol=symbol, number=number, dated=day)
