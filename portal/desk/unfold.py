"""Look of the staff desk (Unfold's settings); its lines are in portal.desk.sidebar."""

from django.templatetags.static import static

from portal.desk.sidebar import NAVIGATION


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
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
}
