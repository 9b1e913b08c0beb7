"""An editor's actions in the admin, with a browser."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.running import Demo


def log_in(page: Page, demo: Demo) -> None:
    """Log in with name and password the first time, then with the session's cookies."""
    if demo.cookies:
        page.context.add_cookies(demo.cookies)  # type: ignore[arg-type]  # Playwright accepts what it returned
        return
    assert demo.account is not None
    name, password = demo.account
    page.goto(demo.urls[0])
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Images").first).to_be_visible()
    demo.cookies = page.context.cookies()


def upload(page: Page, demo: Demo, key: str, body: bytes, alt: str) -> None:
    """Upload a new image under ``key``."""
    page.goto(demo.urls[0] + "imagehub/asset/add/")
    page.locator("input[type=file]").set_input_files(_payload(body))
    page.get_by_role("textbox", name="Key").fill(key)
    page.get_by_label("Alternative text").fill(alt)
    save(page)
    expect(page.get_by_text("was added successfully")).to_be_visible()


def replace(page: Page, demo: Demo, alt: str, body: bytes) -> None:
    """Replace the original of the image that ``alt`` describes."""
    open_image(page, demo, alt)
    page.locator("input[type=file]").set_input_files(_payload(body))
    save(page)
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def open_image(page: Page, demo: Demo, alt: str) -> None:
    page.goto(f"{demo.urls[0]}imagehub/asset/?q={alt}")
    page.locator("#result_list tbody th a, #result_list tbody td a").first.click()
    expect(page.get_by_label("Alternative text")).to_have_value(alt)


def choose_action(page: Page, demo: Demo, alt: str, action: str) -> None:
    """Run an action of the list on the image that ``alt`` describes."""
    page.goto(f"{demo.urls[0]}imagehub/asset/?q={alt}")
    page.locator("#result_list tbody input[type=checkbox]").first.check()
    page.get_by_role("combobox", name="Action").select_option(label=action)
    page.get_by_role("button", name="Go").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def _payload(body: bytes) -> FilePayload:
    return {"name": "upload.jpg", "mimeType": "image/jpeg", "buffer": body}
