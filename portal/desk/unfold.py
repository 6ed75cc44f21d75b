"""Look of the staff desk (Unfold's settings); its lines are in portal.desk.sidebar."""

from django.templatetags.static import static
from django.urls import reverse_lazy


def place_of(request) -> str:
    """Return the agency of the person signed in, "" before that; the line under the desk's name."""
    from dossiers.scoping import membership_of

    if not request.user.is_authenticated:
        return ""
    place = membership_of(request.user)
    return str(place.agency) if place else ""


UNFOLD = {
    "SITE_TITLE": "Bàn làm việc một cửa",
    "SITE_HEADER": "Bàn làm việc một cửa",
    "SITE_SUBHEADER": place_of,
    "SITE_URL": "/",
    "SITE_SYMBOL": "account_balance",
    "ACCOUNT": {
        "navigation": [
            {"title": "Đăng nhập của tôi", "link": reverse_lazy("admin:desk_security")},
            {"title": "Ai được làm gì", "link": reverse_lazy("admin:desk_roles")},
        ]
    },
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("portal/desk.css")],
    "SCRIPTS": [lambda request: static("portal/desk.js")],
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "sizes": "any",
            "href": lambda request: static("portal/favicon.svg"),
        },
    ],
    # Blue is what one can press; red is left to what is late or cannot be taken back.
    "COLORS": {
        "primary": {
            "50": "239 245 254",
            "100": "221 233 251",
            "200": "190 213 246",
            "300": "148 188 240",
            "400": "104 156 228",
            "500": "48 110 190",
            "600": "29 79 145",
            "700": "24 66 122",
            "800": "20 54 100",
            "900": "17 43 80",
            "950": "10 26 50",
        },
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False},
}
