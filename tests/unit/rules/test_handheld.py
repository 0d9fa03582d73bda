"""Small things near the right part of the body."""

import pytest

from tests.builders import observation, person, pose
from vision.rules.handheld import handheld_rules
from vision.types import Label, Landmark

SMOKING, PHONE = handheld_rules(dict.fromkeys(Label, 0.5))
# Shoulders 111 px apart: 300 px a metre.
BODY = {Landmark.LEFT_SHOULDER: (255, 200), Landmark.RIGHT_SHOULDER: (144, 200)}
HAND = BODY | {Landmark.RIGHT_WRIST: (150, 350)}
MOUTH = BODY | {Landmark.MOUTH_LEFT: (205, 150), Landmark.MOUTH_RIGHT: (195, 150)}
EAR = BODY | {Landmark.LEFT_EAR: (230, 140)}

ROWS = [
    ("in the hand", PHONE, HAND, [(Label.PHONE, 0.8, (150, 340, 180, 380))], "violation", "phone_in_use"),
    ("at the ear", PHONE, EAR, [(Label.PHONE, 0.8, (228, 130, 250, 170))], "violation", "phone_in_use"),
    ("beside the ear", PHONE, EAR, [(Label.PHONE, 0.8, (246, 130, 268, 170))], "compliant", "phone_lying"),
    ("at the ear, both hands elsewhere", PHONE, EAR | HAND | {Landmark.LEFT_WRIST: (260, 420)}, [(Label.PHONE, 0.8, (228, 130, 250, 170))], "compliant", "phone_lying"),
    ("at the ear, one hand unseen", PHONE, EAR | HAND, [(Label.PHONE, 0.8, (228, 130, 250, 170))], "violation", "phone_in_use"),
    ("at the ear, a hand below it", PHONE, EAR | HAND | {Landmark.LEFT_WRIST: (240, 225)}, [(Label.PHONE, 0.8, (228, 130, 250, 170))], "violation", "phone_in_use"),
    ("at reach", PHONE, HAND, [(Label.PHONE, 0.8, (186, 340, 210, 380))], "violation", "phone_in_use"),
    ("beyond reach", PHONE, HAND, [(Label.PHONE, 0.8, (187, 340, 210, 380))], "compliant", "phone_lying"),
    ("at the mouth is no phone call", PHONE, MOUTH | HAND, [(Label.PHONE, 0.8, (195, 140, 215, 170))], "compliant", "phone_lying"),
    ("doubtful", PHONE, HAND, [(Label.PHONE, 0.49, (150, 340, 180, 380))], "unknown", "undecided"),
    ("doubtful by less than is told", PHONE, HAND, [(Label.PHONE, 0.49997, (150, 340, 180, 380))], "unknown", "undecided"),
    ("just evident", PHONE, HAND, [(Label.PHONE, 0.5, (150, 340, 180, 380))], "violation", "phone_in_use"),
    ("as likely as one in four", PHONE, HAND, [(Label.PHONE, 0.25, (150, 340, 180, 380))], "unknown", "undecided"),
    ("too weak", PHONE, HAND, [(Label.PHONE, 0.24, (150, 340, 180, 380))], "compliant", "no_phone"),
    ("no phone", PHONE, HAND, [], "compliant", "no_phone"),
    ("hands out of sight", PHONE, BODY, [(Label.PHONE, 0.8, (150, 340, 180, 380))], "unknown", "hands_hidden"),
    ("one lying, one held", PHONE, HAND, [(Label.PHONE, 0.9, (260, 440, 290, 470)), (Label.PHONE, 0.6, (150, 340, 180, 380))], "violation", "phone_in_use"),
    ("at the mouth", SMOKING, MOUTH, [(Label.CIGARETTE, 0.7, (205, 150, 230, 156))], "violation", "cigarette_in_use"),
    ("in the hand", SMOKING, HAND, [(Label.CIGARETTE, 0.7, (140, 345, 165, 352))], "violation", "cigarette_in_use"),
    ("in the ashtray", SMOKING, HAND, [(Label.CIGARETTE, 0.7, (260, 470, 285, 477))], "compliant", "cigarette_lying"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "points", "items", "kind", "reason"), [row[1:] for row in ROWS])
def test_one_person(rule, points, items, kind, reason):
    verdict = rule.judge(observation(person(items=items, pose=pose(points))))
    assert (verdict.kind, verdict.reason) == (kind, reason)


def test_nobody_is_unknown():
    assert PHONE.judge(observation()).reason == "nobody"


def test_a_thing_without_pose_waits_for_pose():
    seen = person(items=[(Label.PHONE, 0.8, (150, 340, 180, 380))])
    assert PHONE.judge(observation(seen, pose_run=False)) is None
    assert PHONE.judge(observation(seen, pose_run=True)).reason == "hands_hidden"


def test_only_a_close_look_says_that_there_is_nothing():
    assert PHONE.judge(observation(person(), pose_run=False)) is None
    assert PHONE.judge(observation(person(), pose_run=True)).reason == "no_phone"


def test_an_empty_post_needs_no_close_look():
    assert PHONE.judge(observation(pose_run=False)).reason == "nobody"


def test_a_cigarette_too_small_to_make_out_is_unknown():
    far = person((100, 100, 130, 160))
    assert SMOKING.judge(observation(far)).reason == "too_small"


def test_distance_limit_and_margin_are_told():
    seen = person(items=[(Label.PHONE, 0.8, (180, 340, 210, 380))], pose=pose(HAND))
    measured = PHONE.judge(observation(seen)).measured
    assert measured["distance_m"] == pytest.approx(0.1, abs=0.002)
    assert measured["margin"] == pytest.approx(measured["limit"] - measured["distance_m"])
