"""The OpenVINO route against the Tasks API on real pictures: same persons, same landmarks."""

import cv2
import numpy as np
import pytest

from tests.shared import DATA
from vision.errors import ModelError
from vision.pose.mediapipe import MediaPipePose
from vision.pose.openvino import OpenVinoPose
from vision.registry import Registry
from vision.types import Landmark

PICTURES = DATA / "posture"
POSTURE = [
    Landmark.NOSE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
]

pytestmark = [
    pytest.mark.models,
    pytest.mark.shared,
    pytest.mark.skipif(not PICTURES.is_dir(), reason="needs shared/data/posture"),
]


@pytest.fixture(scope="module")
def crops():
    """Squashed to a square by their publisher; 4:3 as they were taken."""
    files = sorted(PICTURES.glob("*/*.jpg"))[::10]
    return [cv2.resize(cv2.imread(str(file)), (640, 480)) for file in files]


@pytest.fixture(scope="module")
def bundle():
    registry = Registry.load()
    try:
        return registry.verified(registry.default("pose"))
    except ModelError as error:
        pytest.skip(str(error))


def test_both_routes_agree(bundle, crops):
    with MediaPipePose(bundle) as tasks, OpenVinoPose(bundle) as direct:
        pairs = list(zip(tasks.estimate(crops), direct.estimate(crops), strict=True))
    assert [one is None for one, _ in pairs] == [other is None for _, other in pairs]
    found = [(one, other) for one, other in pairs if one is not None and other is not None]
    assert len(found) > len(crops) / 2
    apart_px = np.stack([np.linalg.norm(one.xy - other.xy, axis=1) for one, other in found])
    posture = apart_px[:, POSTURE]
    assert np.median(posture) < 1.5
    assert np.percentile(posture, 90) < 6
    less_sure = np.stack([abs(one.visibility - other.visibility) for one, other in found])
    assert np.percentile(less_sure, 90) < 0.05
