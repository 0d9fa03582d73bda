"""Pictures: of the right event, to the right people, cached but not shared."""

import hashlib

import pytest

from tests.api.support import PICTURE, Hall, assert_problem, bearer

PATH = "/api/v1/events/01J00001/evidence/0"
SHA256 = hashlib.sha256(PICTURE).hexdigest()


def test_bytes_type_and_caching(hall: Hall) -> None:
    answer = hall.client.get(PATH, headers=bearer("reader"))
    assert answer.content == PICTURE
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["etag"] == f'"{SHA256}"'
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f'"{SHA256}"', 304),
        (f'W/"{SHA256}"', 304),
        (f'"other", "{SHA256}"', 304),
        ("*", 304),
        ('"other"', 200),
        (SHA256, 200),
        ("", 200),
    ],
)
def test_conditional(hall: Hall, sent: str, status: int) -> None:
    answer = hall.client.get(PATH, headers=bearer("reader") | {"If-None-Match": sent})
    assert answer.status_code == status
    assert answer.headers["etag"] == f'"{SHA256}"'
    assert answer.content == {200: PICTURE, 304: b""}[status]


def test_conditional_request_needs_the_key_too(hall: Hall) -> None:
    headers = bearer("one") | {"If-None-Match": f'"{SHA256}"'}
    assert_problem(hall.client.get(PATH, headers=headers), 404)


def test_every_view_is_logged(hall: Hall) -> None:
    hall.client.get(PATH, headers=bearer("reader"))
    views = [line for line in hall.log if line["event"] == "evidence_viewed"]
    seen = [(view["principal"], view["subject"]) for view in views]
    assert seen == [("reader", "event:01J00001")]


def test_address_in_the_event_leads_here(hall: Hall) -> None:
    event = hall.client.get("/api/v1/events/01J00001", headers=bearer("reader")).json()
    assert [item["url"] for item in event["evidence"]] == [PATH]


def test_evidence_that_vanished_from_the_disk(hall: Hall) -> None:
    hall.evidence._data.clear()
    assert_problem(hall.client.get(PATH, headers=bearer("reader")), 503)
