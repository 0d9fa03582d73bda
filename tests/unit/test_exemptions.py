"""When an exemption holds, and what may be entered."""

from dataclasses import replace

import pytest

from tests.builders import T0, at, seconds
from vision.errors import UsageError
from vision.exemptions import Entry, entered
from vision.types import Exemption, ExemptionKind, Exemptions

ABSENCE, CLOSED = ExemptionKind.APPROVED_ABSENCE, ExemptionKind.CLOSED


def exemption(start=0, end=100, kind=ABSENCE, window="A", withdrawn=None):
    made = Exemption("E", window, kind, at(start), at(end), "r", "w", T0, "li")
    return made if withdrawn is None else replace(made, withdrawn_at=at(withdrawn))


@pytest.mark.parametrize(
    ("second", "holds"), [(-0.001, False), (0, True), (99.9, True), (100, False)]
)
def test_the_interval_is_half_open(second, holds):
    assert exemption().holds(at(second)) is holds


@pytest.mark.parametrize(
    ("withdrawn", "until"), [(None, 100), (-5, 0), (0, 0), (40, 40), (100, 100), (500, 100)]
)
def test_what_has_passed_before_a_withdrawal_stays_exempt(withdrawn, until):
    assert seconds(exemption(withdrawn=withdrawn).until) == until


@pytest.mark.parametrize(
    ("kind", "rule_id", "covered"),
    [
        (ABSENCE, "leaving_post", True),
        (ABSENCE, "attendance", True),
        (ABSENCE, "gathering", False),
        (ABSENCE, "smoking", False),
        (CLOSED, "leaving_post", True),
        (CLOSED, "smoking", True),
    ],
)
def test_what_is_allowed(kind, rule_id, covered):
    assert kind.covers(rule_id) is covered


KINDS = [
    ([], None),
    ([exemption()], ABSENCE),
    ([exemption(window="B")], None),
    ([exemption(60)], None),
    ([exemption(), exemption(kind=CLOSED)], CLOSED),
    ([exemption(kind=CLOSED), exemption()], CLOSED),
    ([exemption(kind=CLOSED, withdrawn=10), exemption()], ABSENCE),
]


@pytest.mark.parametrize(("items", "kind"), KINDS)
def test_a_closed_window_outweighs(items, kind):
    assert Exemptions.of(items).kind_at("A", at(50)) is kind


def test_one_withdrawn_before_it_began_never_was():
    assert Exemptions.of([exemption(withdrawn=-1)]).items == ()


def test_edges_lie_strictly_within():
    known = Exemptions.of([exemption(10, 50), exemption(50, 90, window="B"), exemption(0, 100)])
    assert [seconds(one) for one in known.edges(at(0), at(100))] == [10, 50, 90]


def entry(**changes):
    return replace(Entry("A", ABSENCE, at(0), at(60), "体检", "王主任"), **changes)


def test_an_entry_is_trimmed_and_signed():
    made = entered(entry(reason=" 体检 "), "li", at(-5))
    assert (made.reason, made.created_by, seconds(made.created_at)) == ("体检", "li", -5)
    assert made.withdrawn_at is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"end": at(0)}, "to: expected a time after 'from'"),
        ({"end": at(-1)}, "to: expected a time after 'from'"),
        ({"end": at(367 * 86400)}, "to: expected at most 366 days after 'from'"),
        ({"reason": " "}, "reason: expected words"),
        ({"reason": "x" * 2001}, "reason: expected at most 2000 letters, got 2001"),
        ({"approved_by": ""}, "approved_by: expected words"),
        ({"approved_by": "x" * 201}, "approved_by: expected at most 200 letters, got 201"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(changes, message):
    with pytest.raises(UsageError, match=message):
        entered(entry(**changes), "li", T0)


def test_an_exemption_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="end after it starts"):
        exemption(10, 10)
