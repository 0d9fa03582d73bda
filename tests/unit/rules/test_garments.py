"""What is worn: thresholds, contrast classes, zones of the body."""

import pytest

from tests.builders import observation, person
from vision.rules.garments import garment_rules
from vision.types import Label

THRESHOLDS = dict.fromkeys(Label, 0.5)
SLIPPERS, VEST, SHORTS = garment_rules(THRESHOLDS)
FEET = (150, 460, 200, 500)
LEGS = (140, 300, 260, 400)
TORSO = (130, 150, 270, 300)

ROWS = [
    (SLIPPERS, [(Label.SLIPPERS, 0.8, FEET)], "violation", "slippers_worn"),
    (SLIPPERS, [(Label.SLIPPERS, 0.5, FEET)], "violation", "slippers_worn"),
    (SLIPPERS, [(Label.SLIPPERS, 0.49, FEET)], "unknown", "undecided"),
    (SLIPPERS, [(Label.SHOES, 0.8, FEET)], "compliant", "shoes_worn"),
    (SLIPPERS, [(Label.SHOES, 0.3, FEET)], "unknown", "feet_hidden"),
    (SLIPPERS, [(Label.SLIPPERS, 0.6, FEET), (Label.SHOES, 0.7, FEET)], "compliant", "shoes_worn"),
    (SLIPPERS, [(Label.SLIPPERS, 0.8, TORSO)], "unknown", "feet_hidden"),
    (SLIPPERS, [], "unknown", "feet_hidden"),
    (VEST, [(Label.VEST, 0.8, TORSO)], "violation", "vest_worn"),
    (VEST, [(Label.SLEEVED_TOP, 0.6, TORSO)], "compliant", "sleeved_top_worn"),
    (VEST, [], "unknown", "torso_hidden"),
    (SHORTS, [(Label.SHORTS, 0.8, LEGS)], "violation", "shorts_worn"),
    (SHORTS, [(Label.TROUSERS, 0.6, LEGS)], "compliant", "trousers_worn"),
    (SHORTS, [(Label.SHORTS, 0.55, LEGS), (Label.TROUSERS, 0.5, LEGS)], "violation", "shorts_worn"),
    (SHORTS, [], "unknown", "legs_hidden"),
]


@pytest.mark.parametrize(("rule", "items", "kind", "reason"), ROWS)
def test_one_person(rule, items, kind, reason):
    verdict = rule.judge(observation(person(items=items)))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("rule", "reason"), [(SLIPPERS, None), (VEST, "torso_hidden"), (SHORTS, "legs_hidden")]
)
def test_feet_are_judged_at_close_looks_only(rule, reason):
    verdict = rule.judge(observation(person(), pose_run=False))
    assert (verdict and verdict.reason) == reason


@pytest.mark.parametrize("rule", [SLIPPERS, VEST, SHORTS])
def test_nobody_is_unknown(rule):
    assert rule.judge(observation()).reason == "nobody"


@pytest.mark.parametrize(("confidence", "reason"), [(0.19, "nobody"), (0.2, "person_doubtful")])
@pytest.mark.parametrize("rule", [SLIPPERS, VEST, SHORTS])
def test_somebody_half_hidden_has_not_left(rule, confidence, reason):
    assert rule.judge(observation(doubtful_persons=confidence)).reason == reason


@pytest.mark.parametrize("rule", [SLIPPERS, VEST, SHORTS])
def test_too_small_is_unknown_whatever_the_detector_says(rule):
    tiny = person((100, 100, 116, 132), [(rule.banned, 0.9, (104, 118, 112, 131))])
    assert rule.judge(observation(tiny)).reason == "too_small"


def test_the_worst_of_two_persons_counts_and_is_named():
    fine = person(items=[(Label.TROUSERS, 0.9, LEGS)], track_id=1)
    other = person(items=[(Label.SHORTS, 0.7, LEGS)], track_id=2)
    verdict = SHORTS.judge(observation(fine, other))
    assert (verdict.kind, verdict.track_id) == ("violation", 2)


def test_a_hidden_person_beside_a_compliant_one_is_unknown():
    fine = person(items=[(Label.TROUSERS, 0.9, LEGS)], track_id=1)
    verdict = SHORTS.judge(observation(fine, person(track_id=2)))
    assert (verdict.kind, verdict.track_id) == ("unknown", 2)


def test_the_limit_and_the_margin_are_told():
    verdict = SHORTS.judge(observation(person(items=[(Label.SHORTS, 0.8, LEGS)])))
    assert verdict.measured["limit"] == 0.5
    assert verdict.measured["margin"] == pytest.approx(0.3)
