"""Look and navigation of the staff desk (Unfold's settings)."""

from django.templatetags.static import static

UNFOLD = {
    "SITE_TITLE": "Bàn làm việc một cửa",
    "SITE_HEADER": "Bàn làm việc một cửa",
    "SITE_SUBHEADER": "Trung tâm Phục vụ hành chính công",
    "SITE_URL": "/",
    "SITE_SYMBOL": "account_balance",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("portal/desk.css")],
    "COLORS": {
        "primary": {
            "50": "254 242 242",
            "100": "254 226 226",
            "200": "254 202 202",
            "300": "252 165 165",
            "400": "232 93 93",
            "500": "200 40 45",
            "600": "170 27 32",
            "700": "143 22 27",
            "800": "116 20 24",
            "900": "92 18 22",
            "950": "58 8 11",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
}
