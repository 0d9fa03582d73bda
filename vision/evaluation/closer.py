"""A detector that looks twice, as the product does: what is the second look worth?"""

from collections.abc import Sequence
from datetime import UTC, datetime

from vision.observe import ViewMemory, look, post_of, with_closeups, with_pose
from vision.ports import Detector, PoseEstimator
from vision.types import Detections, Frame, Image

_WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class CloserDetector:
    """A :class:`vision.ports.Detector` that also looks at head, hands and feet of each person.

    Every picture counts as one post. A picture that would be too dark or bare to judge anybody is
    looked at once.

    Args:
        detector: Looks first at the whole and then at the parts.
        pose: Tells where the parts are.
    """

    def __init__(self, detector: Detector, pose: PoseEstimator) -> None:
        self._detector = detector
        self._pose = pose

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """One result per (H, W, 3) uint8 BGR image, boxes in pixels of that image."""
        return [self._closely(image) for image in images]

    def _closely(self, image: Image) -> Detections:
        frame = Frame("picture", _ANY_TIME, image, is_key=True)
        looks = look(
            frame, [post_of("whole", _WHOLE, frame.size_px)], [ViewMemory()], self._detector
        )
        if not looks[0].view.usable:
            return self._detector.detect([image])[0]
        [closely] = with_closeups(frame, with_pose(frame, looks, self._pose), self._detector)
        return closely.found
