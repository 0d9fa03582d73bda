"""Pages: complete in both languages, safe, and of what is within reach only."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from api.web.i18n import catalogue
from api.web.pages.hall import columns
from api.web.render import duration
from tests.api.support import NOW, Hall, bearer, make_event, open_hall
from vision.config import RULE_IDS
from vision.ports import Batch, WindowState
from vision.testing.stores import MemoryStore

PAGES = (
    "/", "/hall/cards", "/events", "/events/01J00001", "/events/01J00003", "/review",
    "/review?state=appealed", "/coverage", "/scorecards", "/posts", "/wall", "/wall/cards", "/checks",
    "/exemptions", "/quality", "/people", "/audits", "/audits/list", "/keys", "/settings", "/account",
)  # fmt: skip
TEMPLATES = Path(__file__).parents[2] / "api" / "web" / "templates"
ENGLISH, CHINESE = catalogue("en"), catalogue("zh")


def get(hall: Hall, path: str, lang: str = "en", who: str = "all") -> str:
    headers = bearer(who) | {"Accept": "text/html", "Accept-Language": lang}
    answer = hall.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("lang", ["zh-CN,zh;q=0.9", "en-GB"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_both_languages(hall: Hall, path: str, lang: str) -> None:
    page = get(hall, path, lang)
    texts = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.S)
    texts = texts.replace("hall.yaml", "")  # the name of the site file
    assert not re.findall(r"\b(?:nav|event|events|hall|rule|reason|state|decide)\.[a-z_]+", texts)


def test_catalogues_have_the_same_keys_and_fields() -> None:
    assert ENGLISH.keys() == CHINESE.keys()
    fields = re.compile(r"{(\w+)}")
    assert {k: fields.findall(v) for k, v in ENGLISH.items()} == {
        k: fields.findall(v) for k, v in CHINESE.items()
    }


def test_every_text_of_the_templates_is_translated() -> None:
    used = {
        key
        for file in TEMPLATES.glob("*.html")
        for key in re.findall(r"""t\(["']([a-z_.]+[a-z_])["'][,)]""", file.read_text("utf-8"))
    }
    assert used - ENGLISH.keys() == set()
    assert {f"rule.{rule_id}" for rule_id in RULE_IDS} <= ENGLISH.keys()


RULES = sorted((Path(__file__).parents[2] / "vision" / "rules").glob("*.py"))


def codes(call: ast.Call) -> list[str]:
    """The reason and the names of the measured values of a verdict that is made there."""
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    names = [
        word.arg for word in call.keywords if word.arg and word.arg not in ("score", "track_id")
    ]
    return [f"reason.{text}" for text in texts if isinstance(text, str)] + [
        f"measure.{name}" for name in names
    ]


def test_what_the_rules_say_is_translated() -> None:
    made = [
        code
        for file in RULES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("Verdict.")
        for code in codes(node)
    ]
    assert len(made) > 20
    assert set(made) - ENGLISH.keys() == set()


def test_policy_allows_nothing_inline(hall: Hall) -> None:
    answer = hall.client.get("/", headers=bearer("all") | {"Accept": "text/html"})
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    for path in PAGES:
        page = get(hall, path)
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", page), path


def test_names_cannot_carry_markup() -> None:
    hall = open_hall(MemoryStore())
    nasty = "<img src=x onerror=alert(1)>"
    hall.store.commit(
        Batch(
            [make_event(9, reason=nasty, measured={nasty: 1.0}, clauses=(nasty,))],
            states=[WindowState("A01", make_event(9).started_at, "unknown", nasty)],
        )
    )
    for path in ("/", "/events", "/events/01J00009"):
        assert "<img src=x" not in get(hall, path)


def test_hall_shows_state_and_what_lasts(hall: Hall) -> None:
    page = get(hall, "/hall/cards")
    cards = re.findall(r'<li class="window ([a-z_ ]+)">.*?<a [^>]*>(\w+)</a>', page, re.S)
    assert cards == [("violation stale", "A01"), ("never stale", "A02"), ("unknown stale", "B09")]
    assert "Left the post" in page
    assert "the picture is dark" in page


def test_what_is_old_does_not_count_as_live(hall: Hall) -> None:
    seen = [WindowState("A01", NOW - timedelta(seconds=31), "present", ""),
            WindowState("A02", NOW, "present", "", {"slippers": ("unknown", 0.0, "feet_hidden")})]  # fmt: skip
    hall.store.commit(Batch(states=seen))
    page = get(hall, "/hall/cards")
    assert '<span class="count present"><b>1</b>' in page
    assert '<span class="count stale"' in page
    assert "Slippers (feet not in view)" in page


@pytest.mark.parametrize(
    ("cards", "beside"), [(0, 1), (1, 1), (3, 2), (14, 4), (40, 6), (100, 10), (400, 12)]
)
def test_wall_fills_a_screen(cards: int, beside: int) -> None:
    assert columns(cards) == beside


def test_wall_has_nothing_to_operate(hall: Hall) -> None:
    assert not re.search(r"<(?:a|button|form|input|select|nav)\b", get(hall, "/wall"))


def test_pages_keep_to_what_is_within_reach(hall: Hall) -> None:
    for path in (
        "/",
        "/wall",
        "/events",
        "/review",
        "/coverage",
        "/scorecards",
        "/posts",
        "/checks",
    ):
        assert "A01" not in get(hall, path, who="one")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "321"),
        ("?rule_id=&window_id=&from=&to=&min_score=", "321"),
        ("?window_id=A02", "2"),
        ("?from=2026-11-02T17:02:30", "32"),
        ("?to=2026-11-02T17:02", "1"),
        ("?order=oldest", "123"),
    ],
)
def test_filters_in_the_time_of_the_hall(hall: Hall, query: str, expected: str) -> None:
    page = get(hall, f"/events{query}")
    assert "".join(re.findall(r'href="/events/01J0000(\d)"', page)) == expected


def test_pages_of_the_list(hall: Hall) -> None:
    hall.store.commit(Batch([make_event(number) for number in range(10, 80)]))
    first = get(hall, "/events?rule_id=phone_use&status=")
    seen = re.findall(r'href="/events/(01J\d+)"', first)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = get(hall, following[1].replace("&amp;", "&"))
    seen += re.findall(r'href="/events/(01J\d+)"', second)
    assert len(seen) == len(set(seen)) == 72


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/events?from=never", 422),
        ("/events/none", 404),
        ("/nope", 404),
        ("/scorecards?period=x", 422),
    ],
)
def test_errors_are_pages(hall: Hall, path: str, status: int) -> None:
    answer = hall.client.get(path, headers=bearer("all") | {"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<strong>{status} " in answer.text


def test_event_page_tells_everything(hall: Hall) -> None:
    page = get(hall, "/events/01J00001", "zh")
    for text in ("玩手机", "禁止在电脑上运行游戏", "SZ 一.(一)", "2026-11-02 17:01:00"):
        assert text in page
    assert '<img src="/api/v1/events/01J00001/evidence/0"' in page
    assert 'class="span this"' in page


def test_queue_walks_past_what_is_skipped(hall: Hall) -> None:
    address, seen = "/review", []
    while found := re.search(r'href="/events/(01J\d+)"', page := get(hall, address)):
        seen.append(found[1])
        skip = re.search(r'id="next" href="([^"]+)"', page)
        address = skip[1].replace("&amp;", "&") if skip else ""
    assert seen == ["01J00001", "01J00002", "01J00003"]


def test_post_editor_is_given_the_posts(hall: Hall) -> None:
    found = re.search(r'data-setup="([^"]+)"', get(hall, "/posts"))
    assert found
    setup = json.loads(found[1].replace("&#34;", '"'))
    assert [window["id"] for window in setup["windows"]] == ["A01", "A02"]
    assert {target["rule_id"] for target in setup["targets"]} == set(RULE_IDS)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (185, "3:05"), (3720, "1:02:00")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_preferences_are_remembered(hall: Hall) -> None:
    address = "/preferences?lang=zh&theme=dark&back=/events"
    answer = hall.client.get(address, follow_redirects=False)
    assert answer.headers["location"] == "/events"
    page = get(hall, "/events", "en")
    assert '<html lang="zh-CN" data-theme="dark">' in page
