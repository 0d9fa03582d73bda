"""Every page as the supervisor, the integrator and the clerk see it: it fits and complains not."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.api.support import NOW
from tests.browser.conftest import People, late_event
from vision.config import load_site
from vision.exemptions import Entry, entered
from vision.spotchecks import CheckFilter
from vision.types import EventStatus, ExemptionKind

PAGES = (
    "/", "/wall", "/events", "/events/01J00001", "/review", "/checks", "/quality", "/scorecards",
    "/coverage", "/exemptions", "/posts", "/audits", "/settings", "/people", "/keys", "/account",
)  # fmt: skip
WIDTHS = {"phone": (390, 844), "wall": (1920, 1080)}
NOT_SHOWN = "Failed to load resource"  # of an answer that is no success, which its page tells of


def complaints_of(page: Any) -> list[str]:
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("console", lambda said: heard.append(f"{page.url} {said.type}: {said.text}"))
    return heard


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits(people: People, width: str) -> None:
    leave = Entry(
        "A01", ExemptionKind.APPROVED_ABSENCE, NOW, NOW + timedelta(hours=1), "体检", "王主任"
    )
    people.served.store.add_exemption(entered(leave, "DEPORTMENT_API_KEY", NOW))
    page = people.page("boss")
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    heard = complaints_of(page)
    over: dict[str, int] = {}
    for path in PAGES:
        answer = page.goto(f"{people.served.url}{path}")
        assert answer.status == 200, path
        over[path] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert {path: px for path, px in over.items() if px > 0} == {}
    assert [line for line in heard if NOT_SHOWN not in line] == []


def test_everything_is_reached_by_keyboard(people: People) -> None:
    page = people.page("boss")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#main$"))
    named = page.evaluate(
        """[...document.querySelectorAll("a, button, input, select, textarea")]
           .filter((one) => one.type !== "hidden" && !one.labels?.length
             && !one.textContent.trim() && !one.ariaLabel).length"""
    )
    assert named == 0


def test_wall_follows_by_itself(people: People) -> None:
    page = people.page("li", "/wall")
    assert page.locator("a, button, input").count() == 0
    lasting = {"status": EventStatus.OPEN, "ended_at": None, "end_reason": None}
    people.served.store.commit(late_event(90, window_id="A02", rule_id="shorts", **lasting))
    page.locator(".wall .window.violation", has_text="A02").wait_for()


def test_spot_checks_by_keyboard(people: People) -> None:
    page = people.page("li", "/checks")
    page.fill("[name=from]", "2026-11-02T17:00:00")
    page.fill("[name=to]", "2026-11-02T19:00:00")
    page.select_option("form[action$='/draw'] [name=rule_id]", "phone_use")
    page.fill("[name=count]", "4")
    page.click("form[action$='/draw'] button")
    page.goto(f"{people.served.url}/checks?rule_id=phone_use")
    store = people.served.store
    drawn = [one.id for one in store.spot_checks(CheckFilter(rule_id="phone_use"))]
    page.keyboard.press("s")
    page.locator(f"form[action*='{drawn[1]}']").wait_for()
    page.keyboard.press("m")
    page.keyboard.type("17:40 手机")
    page.keyboard.press("Enter")
    page.locator(f"form[action*='{drawn[2]}']").wait_for()
    found = [store.spot_check(check_id) for check_id in drawn[:2]]
    assert [(one.finding, one.reviewer, one.note) for one in found] == [
        ("silent", "li", ""), ("missed", "li", "17:40 手机"),
    ]  # fmt: skip


def test_site_file_with_its_mistakes(people: People) -> None:
    page = people.page("boss", "/settings")
    text = page.input_value("#text")
    page.fill("#text", text.replace("camera: cam-1", "camera: cam-7", 1))
    page.click("button[value=save]")
    mistake = page.locator(".faults a").first
    line = int(re.findall(r"\d+", mistake.inner_text())[0])
    mistake.click()
    chosen = "text.value.slice(text.selectionStart, text.selectionEnd)"
    assert "cam-7" in page.evaluate(
        f"(() => {{ const text = document.getElementById('text'); return {chosen}; }})()"
    )
    assert "cam-7" in text.replace("camera: cam-1", "camera: cam-7", 1).split("\n")[line - 1]
    page.fill("#text", text.replace("大厅", "新大厅"))
    page.click("button[value=save]")
    page.wait_for_url(re.compile("saved=true"))
    assert load_site(people.served.site).site.name == "新大厅"


def test_a_new_account_signs_in(people: People) -> None:
    page = people.page("boss", "/people")
    page.fill("form[action$='/people'] [name=name]", "han")
    page.select_option("[name=role]", "clerk")
    page.fill("form[action$='/people'] [name=windows]", "A02")
    page.fill("[name=password]", "correct horse battery")
    page.click("form[action$='/people'] button.main")
    page.locator("td b", has_text=re.compile("^han$")).wait_for()
    theirs = people.page("han", "/events")
    assert theirs.locator("tbody tr").count() == 1
    assert theirs.locator("a[href='/people']").count() == 0
