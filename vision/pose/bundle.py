"""Builds the pose model that MediaPipe Tasks loads, from two plain TFLite models.

mediapipe ships no pose model since 1.0; its 0.10.21 wheel holds both networks (Apache-2.0). The
Tasks API wants them in one stored zip, each with the normalisation of its input as metadata.
"""

import io
import zipfile

from vision.pose.tflite import ALIGNMENT, with_normalisation

DETECTOR = "pose_detector.tflite"
LANDMARKS = "pose_landmarks_detector.tflite"
_LOCAL_HEADER_SIZE = 30
_PADDING_FIELD = 0xD935  # zip extra field id that zipalign uses
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_task(detector: bytes, landmarks: bytes) -> bytes:
    """A ``.task`` bundle; the same input gives the same bytes on every machine.

    Args:
        detector: ``pose_detection.tflite``; takes pixels scaled to [-1, 1].
        landmarks: ``pose_landmark_full.tflite``; takes pixels scaled to [0, 1].

    Raises:
        ModelError: If one of them is no TFLite model.
    """
    members = {
        DETECTOR: with_normalisation(detector, 127.5, 127.5),
        LANDMARKS: with_normalisation(landmarks, 0.0, 255.0),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in members.items():
            bundle.writestr(_entry(name, out.tell()), data)
    return out.getvalue()


def _entry(name: str, offset: int) -> zipfile.ZipInfo:
    """A member whose data start aligned, so that MediaPipe can use them without a copy."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = 3  # Unix, whatever machine builds it
    info.external_attr = 0o644 << 16
    fixed = offset + _LOCAL_HEADER_SIZE + len(name) + 4
    padding = -fixed % ALIGNMENT
    info.extra = _PADDING_FIELD.to_bytes(2, "little") + padding.to_bytes(2, "little")
    info.extra += bytes(padding)
    return info
