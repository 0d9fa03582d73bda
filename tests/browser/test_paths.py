"""The main paths of the three people who use the dashboard, in both languages."""

import re

import pytest

from tests.api.support import NOW
from tests.browser.conftest import People, late_event
from vision.config import load_site
from vision.jobs.place import moved_since, view_key
from vision.ports import Batch, Checkpoint
from vision.types import EventStatus, Review

TEXTS = {
    "zh": {
        "phone": "玩手机",
        "shorts": "穿短裤",
        "dismissed": "已驳回",
        "overturned": "撤销",
        "copy": "写入站点文件",
        "moved": "摄像机移位",
        "fits": "岗位区域仍然准确",
    },
    "en": {
        "phone": "Phone use",
        "shorts": "Shorts",
        "dismissed": "Dismissed",
        "overturned": "Overturned",
        "copy": "For the site file",
        "moved": "the camera was moved",
        "fits": "The posts still fit",
    },
}


def test_an_event_arrives_live(people: People) -> None:
    page = people.page("li")
    assert page.locator(".window.violation").count() == 1
    lasting = {"status": EventStatus.OPEN, "ended_at": None, "end_reason": None}
    people.served.store.commit(late_event(90, window_id="A02", rule_id="shorts", **lasting))
    page.locator(".window.violation", has_text="A02").wait_for()
    assert TEXTS[people.lang]["shorts"] in page.locator("#cards").inner_text()


def test_filter_and_open(people: People) -> None:
    page = people.page("li", "/events")
    page.select_option("select[name=rule_id]", "phone_use")
    page.select_option("select[name=window_id]", "A01")
    page.click(".filters button.main")
    page.wait_for_url(re.compile("rule_id=phone_use"))
    assert page.locator("tbody tr").count() == 1
    page.click("tbody a")
    assert TEXTS[people.lang]["phone"] in page.locator("h1").inner_text()
    picture = page.locator("figure img")
    assert picture.get_attribute("src") == "/api/v1/events/01J00001/evidence/0"


def test_review_by_keyboard(people: People) -> None:
    page = people.page("li", "/review")
    page.keyboard.press("c")
    page.locator("a[href='/events/01J00002']").wait_for()
    page.keyboard.press("d")
    page.keyboard.type("一张纸巾")
    page.keyboard.press("Enter")
    page.locator("a[href='/events/01J00003']").wait_for()
    page.keyboard.press("n")
    page.locator(".notice").wait_for()
    states = [people.served.store.event(f"01J0000{n}").review for n in (1, 2, 3)]
    assert [(one.state, one.reviewer, one.reason) for one in states] == [
        ("confirmed", "li", None), ("dismissed", "li", "一张纸巾"), ("unreviewed", None, None),
    ]  # fmt: skip


def test_appeal_and_overturn(people: People) -> None:
    people.served.store.add_review("01J00001", Review("confirmed", None, "li"))
    clerk = people.page("wang", "/events/01J00001")
    clerk.fill("textarea[name=reason]", "当时在扫描材料")
    clerk.click("button[value=appealed]")
    clerk.locator(".history .tag.appealed").wait_for()
    first = people.page("li", "/events/01J00001")
    assert first.locator("#decide").count() == 0
    second = people.page("wu", "/review?state=appealed")
    assert "当时在扫描材料" in second.locator(".said").nth(1).inner_text()
    second.keyboard.press("o")
    second.keyboard.type("扫描仪")
    second.keyboard.press("Enter")
    second.locator(".notice").wait_for()
    clerk.reload()
    assert TEXTS[people.lang]["overturned"] in clerk.locator(".history").inner_text()


def test_draw_a_post(people: People) -> None:
    page = people.page("boss", "/posts")
    page.locator("#picture:not([hidden])").wait_for()
    assert page.locator("#support .yes, #support .no").count() >= 8
    page.locator("summary", has_text=TEXTS[people.lang]["copy"]).click()
    before = page.locator("#yaml").inner_text()
    corner = page.locator("circle.corner").nth(2)
    page.locator("#picture").evaluate("picture => picture.scrollIntoView({block: 'center'})")
    box = corner.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] - 30, steps=4)
    page.mouse.up()
    after = page.locator("#yaml").inner_text()
    assert after != before
    dragged = [float(value) for value in re.findall(r"0\.\d+", after)[4:6]]
    assert after.startswith("- {id: A01, camera: cam-1, post: [[0.100, 0.200]")
    corner = page.locator("circle.corner").nth(0)
    corner.focus()
    page.keyboard.press("Shift+ArrowRight")
    assert "post: [[0.120, 0.200]" in page.locator("#yaml").inner_text()
    page.click("#save:not([disabled])")
    page.locator("#told.notice").wait_for()
    stored = load_site(people.served.site).windows[0].post
    assert (stored[0], stored[2]) == ((0.12, 0.2), pytest.approx(dragged))
    page.locator("circle.corner").nth(0).focus()
    for _ in range(25):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
    assert page.locator("#verdict.confirmed").count() == 1


def test_export_a_scorecard(people: People) -> None:
    people.served.store.add_review("01J00001", Review("confirmed", None, "li"))
    page = people.page("li", "/scorecards?period=2026-11")
    assert "99" in page.locator("tbody tr", has_text="A01").inner_text()
    with page.expect_download() as waiting:
        page.click("a[href$='format=xlsx']")
    assert waiting.value.suggested_filename == "scorecards-2026-11.xlsx"
    assert waiting.value.path().read_bytes().startswith(b"PK")


def test_sign_out_and_preferences(people: People) -> None:
    page = people.page("li")
    page.click("a.to-dark")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    other = {"zh": "en", "en": "zh-CN"}[people.lang]
    page.click(".tools a[lang]")
    assert page.locator("html").get_attribute("lang") == other
    page.click(".tools button.link")
    page.wait_for_url(re.compile("/signin"))
    page.goto(f"{people.served.url}/events")
    assert "/signin" in page.url


def test_nothing_is_asked_from_elsewhere(people: People) -> None:
    asked: list[str] = []
    page = people.page("li")
    page.on("request", lambda request: asked.append(request.url))
    for path in (
        "/",
        "/events",
        "/events/01J00001",
        "/review",
        "/coverage",
        "/scorecards",
        "/posts",
        "/docs",
    ):
        page.goto(f"{people.served.url}{path}")
    outside = [url for url in asked if not url.startswith((people.served.url, "data:", "blob:"))]
    assert (len(asked) > 8, outside) == (True, [])


def test_an_administrator_says_that_a_moved_camera_fits(people: People) -> None:
    store = people.served.store
    store.commit(Batch(checkpoint=Checkpoint(view_key("cam-1"), NOW, "")))
    reviewer = people.page("li", "/coverage")
    assert TEXTS[people.lang]["moved"] in reviewer.locator(".moved").inner_text()
    assert reviewer.locator("form[action$=acknowledge]").count() == 0
    page = people.page("boss", "/coverage")
    button = page.locator("form[action$='/cameras/cam-1/acknowledge'] button")
    assert button.inner_text() == TEXTS[people.lang]["fits"]
    button.click()
    page.locator(".moved").wait_for(state="detached")
    assert page.url.endswith("/coverage")
    assert moved_since("cam-1", store) is None
