"""What decided about a posture, drawn and named."""

import numpy as np
import pytest

from tests.bodies import Body
from vision.evidence.drawing import SUBJECT
from vision.evidence.reason import draw_reason
from vision.types import Person, Posture

BOX = np.array([400, 380, 600, 900], np.float32)
MEASURED = Posture(neck_flexion_deg=50.0, trunk_inclination_deg=35.0, side_view=True)
UPRIGHT = Posture(
    neck_flexion_deg=12.0, trunk_inclination_deg=3.0, box_height_norm=1.0, shoulder_y_px=400.0,
    scale_px=100.0, side_view=True,
)  # fmt: skip


def drawn(measured, pose=None, posture=MEASURED, baseline=UPRIGHT):
    image = np.zeros((1000, 1000, 3), np.uint8)
    person = Person(1, BOX, 0.9, pose=pose, posture=posture, baseline=baseline)
    labels = draw_reason(image, person, measured)
    return [text for text, _ in labels], (image == SUBJECT).all(axis=2)


SLUMPED = Body(90, trunk_deg=35, neck_deg=50).pose()


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("neck_deviation_deg", ["neck 50° (upright 12°)"]),
        ("trunk_deviation_deg", ["trunk 35° (upright 3°)"]),
        (
            "trunk_and_neck_deviation_share",
            ["trunk 35° (upright 3°)", "neck 50° (upright 12°)"],
        ),
        ("box_drop_deviation_norm", ["lower by 0.80 shoulder widths"]),
        ("changed_share", []),
    ],
)
def test_the_feature_that_decided_is_named_with_its_reference(name, texts):
    found, ink = drawn({name: 1.0, "limit": 1.0, "margin": 0.5}, SLUMPED)
    assert found == texts
    assert bool(ink.any()) is bool(texts)


def test_without_landmarks_only_the_box_can_be_drawn():
    assert drawn({"neck_deviation_deg": 38.0}) == ([], pytest.approx(np.zeros((1000, 1000))))
    assert drawn({"box_drop_deviation_norm": 0.8}, posture=None)[0] != []


def test_without_a_reference_the_bare_angle_is_given():
    assert drawn({"neck_deviation_deg": 50.0}, SLUMPED, baseline=None)[0] == ["neck 50°"]


def test_the_arrow_reaches_from_the_upright_height_to_the_head():
    _, ink = drawn({"box_drop_norm": 0.8})
    rows = np.flatnonzero(ink[:, 500])
    assert rows.min() == pytest.approx(300, abs=3)
    assert rows.max() == pytest.approx(380, abs=4)
