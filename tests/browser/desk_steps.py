"""What people do at the desk in a browser, step by step; journeys and page tests share it."""

from __future__ import annotations

from django.urls import reverse


def sign_in(page, user, password: str = "x") -> None:
    """Sign in with the keyboard, as most do."""
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)


def tab_to(page, words: str, most: int = 60) -> None:
    """Press Tab until the focus stands on something that says `words`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || document.activeElement.name || ''"):
            return
    raise AssertionError(f"Tab never reaches {words!r}")


def confirm(box) -> None:
    """Press the button of an unfolded act, once more where it asks: what cannot be taken back is asked twice."""
    button = box.locator("form button:not([type=button])").last
    button.click()
    if box.locator("form[data-armed]").count():
        button.click()


def act(page, dossier, label: str, **fields) -> None:
    """Open the dossier, unfold the act of that label, fill its fields by name and press its button."""
    page.goto(reverse("admin:dossiers_dossier_change", args=[dossier.pk]))
    box = page.locator("details.mc-act", has=page.locator("summary", has_text=label)).first
    box.locator("summary").click()
    for name, value in fields.items():
        field = box.locator(f'[name="{name.replace("_0_", "-0-")}"]')
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    confirm(box)
    page.get_by_text(f"{label}: đã ghi nhận.").wait_for()
