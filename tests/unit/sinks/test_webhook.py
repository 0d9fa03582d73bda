"""What is sent, how it is signed, and what counts as delivered; over real HTTP."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.sinks.letters import WORDING, letter
from tests.unit.sinks.receivers import hook
from vision.errors import DeliveryError, UsageError
from vision.sinks import WebhookReceiver
from vision.sinks.templates import dingtalk, headline, plain, wecom

SECRET = "s3cr3t"
CLOCK_S = 1_762_075_200.5


@pytest.fixture
def there():
    with hook() as made:
        yield made


def sent(there, **options):
    options = {"timeout_s": 0.3, "clock_s": lambda: CLOCK_S} | options
    with WebhookReceiver(there.url, WORDING, **options) as receiver:
        receiver.send(letter())
    return there.requests[-1]


def test_plain_json_is_the_event_as_rest_shows_it(there):
    _, headers, body, _ = sent(there)
    told = json.loads(body)
    assert told == {
        "delivery": 7, "type": "event.closed", "site": "hall", "event": dict(letter().event),
    }  # fmt: skip
    assert headers["X-Deportment-Delivery"] == "7"
    assert headers["X-Deportment-Event"] == "event.closed"
    assert "X-Deportment-Signature" not in headers


def test_the_signature_is_over_time_and_body(there):
    _, headers, body, _ = sent(there, secret=SECRET)
    stamp, digest = headers["X-Deportment-Signature"].split(",")
    assert stamp == f"t={int(CLOCK_S)}"
    expected = hmac.new(SECRET.encode(), f"{int(CLOCK_S)}.".encode() + body, hashlib.sha256)
    assert digest == f"v1={expected.hexdigest()}"


def test_a_dingtalk_robot_gets_its_sign_in_the_address(there):
    path, headers, body, _ = sent(there, template="dingtalk", secret=SECRET)
    query = parse_qs(urlsplit(path).query)
    signed = f"{query['timestamp'][0]}\n{SECRET}".encode()
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0]) == digest
    assert query["timestamp"] == [str(int(CLOCK_S * 1000))]
    assert json.loads(body)["msgtype"] == "markdown"
    assert "X-Deportment-Signature" not in headers


@pytest.mark.parametrize(
    ("mood", "reason", "refused"),
    [
        ("500", "answered with status 500", False),
        ("503", "answered with status 503", False),
        ("429", "answered with status 429", False),
        ("404", "answered with status 404", True),
        ("410", "answered with status 410", True),
        ("redirect", "answered with status 307", True),
        ("late", "no answer within 0.3 s", False),
        ("halfway", "no answer within 0.3 s", False),
        ("close", "connection failed (RemoteProtocolError)", False),
    ],
)
def test_what_is_not_confirmed_is_not_delivered(there, mood, reason, refused):
    there.mood = mood
    with pytest.raises(DeliveryError) as raised:
        sent(there)
    assert (str(raised.value), raised.value.refused) == (reason, refused)


def test_a_redirect_is_not_followed(there):
    there.mood = "redirect"
    with pytest.raises(DeliveryError):
        sent(there)
    assert [path for path, *_ in there.requests] == ["/hook"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            b'{"errcode": 310000, "errmsg": "sign not match"}',
            "the robot answered with errcode 310000",
        ),
        (b"{}", "the robot answered with errcode None"),
        (b"<html>", "answered with something that is not a robot's answer"),
        (b"[]", "answered with something that is not a robot's answer"),
    ],
)
@pytest.mark.parametrize("template", ["wecom", "dingtalk"])
def test_robots_say_in_the_body_what_went_wrong(there, template, answer, reason):
    there.answer = answer
    with pytest.raises(DeliveryError, match=reason):
        sent(there, template=template)


def test_a_dead_address_is_an_error_without_the_address():
    with hook() as gone:
        url = f"{gone.url}?access_token={SECRET}"
    with (
        WebhookReceiver(url, WORDING, timeout_s=0.3) as receiver,
        pytest.raises(DeliveryError) as raised,
    ):
        receiver.send(letter())
    assert SECRET not in str(raised.value)
    assert str(raised.value) == "connection failed (ConnectError)"


def test_a_malformed_address_is_refused_without_repeating_it():
    with pytest.raises(UsageError) as raised:
        WebhookReceiver(f"http://[{SECRET}", WORDING)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "told"), [("opened", "发现"), ("updated", "持续"), ("closed", "结束")]
)
def test_headlines(change, told):
    assert headline(letter(change=change), WORDING) == f"{told}：玩手机（社保 3 号窗口）"


def test_a_wecom_message_reads_well():
    text = wecom(letter(), WORDING)["markdown"]["content"]
    assert text.splitlines() == [
        "**结束：玩手机（社保 3 号窗口）**",
        "> 大厅：政务大厅",
        "> 窗口：A03",
        "> 开始：2026-11-02 17:14:03",
        "> 结束：2026-11-02 17:15:18",
        "> 时长：1 分 15 秒",
        "> 原因：已恢复",
        "> 置信度：87%",
        "> 依据：SZ 一.(一)；GL 一.2",
        "> 编号：01J7",
    ]
    assert len(text.encode()) < 4096


def test_a_dingtalk_message_of_an_open_event_says_no_end():
    message = dingtalk(letter(change="opened"), WORDING)["markdown"]
    assert message["title"] == "发现：玩手机（社保 3 号窗口）"
    assert "结束" not in message["text"]
    assert message["text"].startswith("#### 发现")


def test_unknown_names_are_shown_as_they_are():
    strange = letter(window="Z9", rule_id="new_rule", end_reason="new_reason", clauses=())
    text = wecom(strange, WORDING)["markdown"]["content"]
    assert "new_rule（Z9）" in text
    assert "原因：new_reason" in text
    assert "依据：无" in text
    assert plain(strange, WORDING)["event"]["rule_id"] == "new_rule"
