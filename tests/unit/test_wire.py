import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.stored import HOUR, T0, at, coverage, event, state
from vision.types import Evidence, Review
from vision.wire import (
    coverage_to_json,
    event_from_json,
    event_to_json,
    review_from_json,
    review_to_json,
    state_to_json,
    time_from_json,
    time_to_json,
)

WHOLE = datetime(2026, 11, 2, 9, 14, 3, 200_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (WHOLE, "2026-11-02T09:14:03.200Z"),
        (WHOLE.replace(microsecond=0), "2026-11-02T09:14:03.000Z"),
        (WHOLE.replace(microsecond=999_999), "2026-11-02T09:14:03.999Z"),
        (WHOLE.astimezone(timezone(timedelta(hours=8))), "2026-11-02T09:14:03.200Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "0987-01-02T00:00:00.000Z"),
    ],
)
def test_time_to_json(time: datetime, text: str) -> None:
    assert time_to_json(time) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02T09:14:03.200Z",
        "2026-11-02T17:14:03.2+08:00",
        "2026-11-02T09:14:03.200000+00:00",
        "2026-11-02 09:14:03.200z",
    ],
)
def test_time_from_json(text: str) -> None:
    assert time_from_json(text) == WHOLE
    assert time_from_json(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "today", "2026-11-02T09:14:03", "2026-13-02T09:14:03Z"])
def test_what_is_no_time_with_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        time_from_json(text)


def test_a_naive_time_is_not_shown() -> None:
    with pytest.raises(ValueError, match="without zone"):
        time_to_json(datetime(2026, 11, 2))  # noqa: DTZ001


def test_a_closed_event_letter_by_letter() -> None:
    document = event_to_json(event("01J", 0, 41.6))
    assert json.dumps(document, ensure_ascii=False) == (
        '{"id": "01J", "window_id": "A03", "camera_id": "cam-03", "rule_id": "phone_use", '
        '"status": "closed", "started_at": "2026-11-02T09:14:03.200Z", '
        '"confirmed_at": "2026-11-02T09:14:13.200Z", "ended_at": "2026-11-02T09:14:44.800Z", '
        '"end_reason": "cleared", "duration_s": 41.6, "score": 0.87, "severity": "normal", '
        '"measured": {"distance_m": 0.123, "limit": 0.2, "margin": 0.077}, '
        '"clauses": ["SZ 一.(一)", "GL 一.2"], '
        '"evidence": [{"kind": "snapshot", "at": "2026-11-02T09:14:13.200Z", '
        f'"sha256": "{"a" * 64}", "url": "/api/v1/events/01J/evidence/0"}}], '
        '"review": {"state": "unreviewed"}, '
        f'"provenance": {{"detector_sha256": "{"d" * 64}", "pose_sha256": "{"e" * 64}", '
        f'"config_sha256": "{"c" * 64}", "version": "0.1.0", "rule_version": 2, '
        '"reason": "phone_in_use", "source": "窗口.mp4", "audit_id": null}}'
    )


def test_an_open_event_has_no_end() -> None:
    document = event_to_json(event("01J", 0, None))
    shown = {key: document[key] for key in ("status", "ended_at", "end_reason", "duration_s")}
    assert shown == {"status": "open", "ended_at": None, "end_reason": None, "duration_s": None}


def test_evidence_is_numbered_under_the_given_base() -> None:
    clip = Evidence("clip", at(0), "b" * 64, "video/mp4")
    many = replace(event("01J"), evidence=(*event("01J").evidence, clip))
    urls = [item["url"] for item in event_to_json(many, base="/hall/api/v1")["evidence"]]
    assert urls == ["/hall/api/v1/events/01J/evidence/0", "/hall/api/v1/events/01J/evidence/1"]


@pytest.mark.parametrize(
    ("review", "document"),
    [
        (Review(), {"state": "unreviewed"}),
        (Review("confirmed", None, "li"), {"state": "confirmed", "reviewer": "li"}),
        (
            Review("dismissed", "calculator", "li", WHOLE),
            {
                "state": "dismissed",
                "reason": "calculator",
                "reviewer": "li",
                "at": "2026-11-02T09:14:03.200Z",
            },
        ),
    ],
)
def test_a_review_says_nothing_that_nobody_said(review: Review, document: object) -> None:
    assert review_to_json(review) == document
    assert review_from_json(review_to_json(review)) == review


@pytest.mark.parametrize(
    "original",
    [
        event("a", -0.200001),
        event("a", -0.200001, None, audit_id="n1", evidence=()),
        event("a", -0.200001, review=Review("upheld", "clear", "wang", WHOLE)),
        event("a", -0.200001, evidence=(Evidence("clip", WHOLE, "b" * 64, "video/mp4"),)),
    ],
)
def test_an_event_survives_the_way_through_json(original: object) -> None:
    assert event_from_json(json.loads(json.dumps(event_to_json(original)))) == original  # type: ignore[arg-type]


def test_what_is_finer_than_milliseconds_is_cut() -> None:
    assert event_from_json(event_to_json(event("a"))).started_at == T0.replace(microsecond=200_000)


def test_an_event_without_a_key_is_refused() -> None:
    document = event_to_json(event("a"))
    del document["clauses"]
    with pytest.raises(KeyError, match="clauses"):
        event_from_json(document)


def test_coverage_in_milliseconds() -> None:
    assert coverage_to_json(coverage(scheduled_s=0.1 + 0.2, hour=HOUR)) == {
        "window_id": "A03",
        "rule_id": "phone_use",
        "hour": "2026-11-02T09:00:00.000Z",
        "scheduled_s": 0.3,
        "assessable_s": 6.5,
        "unknown_s": 3.0,
        "lost_s": 0.5,
        "reasons_s": {"dark": 1.0, "hands_hidden": 2.0},
        "exempt_s": 0.0,
    }


def test_state_with_its_verdicts() -> None:
    assert state_to_json(state()) == {
        "window_id": "A03",
        "at": "2026-11-02T09:14:03.200Z",
        "state": "present",
        "reason": "",
        "verdicts": [
            {"rule_id": "vest", "verdict": "unknown", "score": 0.0, "reason": "torso_hidden"},
            {"rule_id": "shorts", "verdict": "compliant", "score": 0.1, "reason": "trousers"},
        ],
    }
