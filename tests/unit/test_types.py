"""The values that travel through the product refuse what they cannot be."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from vision.types import (
    CLASSES,
    Detections,
    Event,
    EventStatus,
    Frame,
    Label,
    Landmark,
    Observation,
    Person,
    Pose,
    Provenance,
    Verdict,
    VerdictKind,
    View,
    ViewState,
    require_utc,
)

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
POST = np.array([[0, 10], [100, 10], [100, 250], [0, 250]], np.float32)


def boxes() -> Detections:
    return Detections.of(
        [
            (Label.PHONE, 0.5, (10, 10, 20, 20)),
            (Label.PERSON, 0.9, (0, 0, 100, 200)),
            (Label.PHONE, 0.8, (30, 10, 40, 20)),
        ]
    )


def pose(visibility: float = 1.0) -> Pose:
    return Pose(
        np.zeros((33, 2), np.float32),
        np.full(33, visibility, np.float32),
        np.zeros((33, 3), np.float32),
    )


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 11, 2, 1, 0), AT.astimezone(timezone(timedelta(hours=8)))],  # noqa: DTZ001
)
def test_only_utc_is_a_media_time(at: datetime) -> None:
    with pytest.raises(ValueError, match=r"Frame\.at must be a UTC time"):
        require_utc(at, "Frame.at")
    with pytest.raises(ValueError, match=r"Frame\.at"):
        Frame("cam-1", at, np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match=r"Observation\.at"):
        Observation("A01", "cam-1", at, View(ViewState.OK), POST)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 6), np.uint8),
        np.zeros((4, 6, 4), np.uint8),
        np.zeros((4, 6, 3), np.float32),
        np.zeros((1, 4, 6, 3), np.uint8),
    ],
)
def test_a_frame_is_a_colour_picture(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="must be \\(H, W, 3\\) uint8"):
        Frame("cam-1", AT, image)


def test_the_size_of_a_frame_is_width_and_height() -> None:
    assert Frame("cam-1", AT, np.zeros((4, 6, 3), np.uint8)).size_px == (6, 4)


def test_the_classes_are_those_of_the_detector_in_its_order() -> None:
    assert " ".join(CLASSES) == (
        "person phone cigarette slippers vest shorts shoes trousers sleeved_top"
    )


@pytest.mark.parametrize(
    ("xyxy", "label"), [((1, 4), (2,)), ((2, 4), (1,)), ((2, 5), (2,)), ((8,), (2,))]
)
def test_detections_are_of_one_length(xyxy: tuple[int, ...], label: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Detections disagree"):
        Detections(np.zeros(xyxy, np.float32), np.zeros(2, np.float32), np.zeros(label, np.int16))


@pytest.mark.parametrize(
    ("selected", "confidences"),
    [
        (boxes(), [0.5, 0.9, 0.8]),
        (boxes().only(Label.PHONE), [0.5, 0.8]),
        (boxes().only(Label.PHONE, Label.PERSON), [0.5, 0.9, 0.8]),
        (boxes().only(Label.VEST), []),
        (boxes().above(0.8), [0.9, 0.8]),
        (boxes().strongest_first(), [0.9, 0.8, 0.5]),
        (boxes().where(np.array([True, False, False])), [0.5]),
        (Detections.empty(), []),
        (Detections.empty().strongest_first().above(0.1), []),
    ],
)
def test_detections_are_selected(selected: Detections, confidences: list[float]) -> None:
    assert selected.confidence.tolist() == pytest.approx(confidences)
    assert len(selected) == len(confidences)
    assert (selected.xyxy.dtype, selected.label.dtype) == (np.float32, np.int16)
    assert selected.xyxy.shape == (len(confidences), 4)


def test_shifting_moves_boxes_and_landmarks_and_nothing_else() -> None:
    moved = boxes().shifted(5, -3)
    assert moved.xyxy[0].tolist() == [15, 7, 25, 17]
    assert moved.label.tolist() == boxes().label.tolist()
    assert pose().shifted(5, -3).xy[Landmark.NOSE].tolist() == [5, -3]
    assert boxes().xyxy[0].tolist() == [10, 10, 20, 20]


@pytest.mark.parametrize("shapes", [((33, 3), 33), ((32, 2), 33), ((33, 2), 32)])
def test_a_pose_has_all_landmarks(shapes: tuple[tuple[int, int], int]) -> None:
    xy, count = shapes
    with pytest.raises(ValueError, match="33 landmarks"):
        Pose(np.zeros(xy, np.float32), np.zeros(count, np.float32), np.zeros((33, 3), np.float32))


@pytest.mark.parametrize(("visibility", "seen"), [(0.49, False), (0.5, True), (1.0, True)])
def test_a_landmark_is_seen_from_half_visibility_on(visibility: float, seen: bool) -> None:
    assert pose(visibility).seen(Landmark.LEFT_EAR) is seen


@pytest.mark.parametrize(
    ("verdict", "kind", "score"),
    [
        (Verdict.violation(0.8, "phone_in_hand"), VerdictKind.VIOLATION, 0.8),
        (Verdict.compliant("phone_on_desk"), VerdictKind.COMPLIANT, 0.0),
        (Verdict.compliant("weak", 0.2), VerdictKind.COMPLIANT, 0.2),
        (Verdict.unknown("feet_hidden"), VerdictKind.UNKNOWN, 0.0),
    ],
)
def test_a_verdict_is_one_of_three(verdict: Verdict, kind: VerdictKind, score: float) -> None:
    assert (verdict.kind, verdict.score) == (kind, score)
    assert verdict.is_violation is (kind is VerdictKind.VIOLATION)
    assert verdict.is_unknown is (kind is VerdictKind.UNKNOWN)


def test_a_verdict_carries_what_was_measured() -> None:
    verdict = Verdict.violation(1, "head_down", neck_flexion_deg=40.0, limit=25.0, margin=15.0)
    assert dict(verdict.measured) == {"neck_flexion_deg": 40.0, "limit": 25.0, "margin": 15.0}


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan")])
def test_a_score_lies_between_nought_and_one(score: float) -> None:
    with pytest.raises(ValueError, match=r"score must lie in \[0, 1\]"):
        Verdict.violation(score, "phone_in_hand")


@pytest.mark.parametrize("state", list(ViewState))
def test_only_a_good_view_is_usable(state: ViewState) -> None:
    assert View(state).usable is (state is ViewState.OK)


def test_heights_are_in_pixels() -> None:
    person = Person(1, np.array([0, 20, 50, 220], np.float32), 0.9)
    assert person.height_px == 200
    seen = Observation("A01", "cam-1", AT, View(ViewState.OK), POST, (person,))
    assert seen.post_height_px == 240


@pytest.mark.parametrize(("lasted_s", "duration_s"), [(41.6, 41.6), (None, None), (0, 0)])
def test_an_open_event_has_no_duration(lasted_s: float | None, duration_s: float | None) -> None:
    ended_at = None if lasted_s is None else AT + timedelta(seconds=lasted_s)
    event = Event(
        id="01J",
        window_id="A01",
        camera_id="cam-1",
        rule_id="phone_use",
        status=EventStatus.CLOSED,
        started_at=AT,
        confirmed_at=AT,
        ended_at=ended_at,
        end_reason=None,
        score=0.9,
        reason="phone_in_hand",
        measured={},
        clauses=(),
        provenance=Provenance("d", "p", "c", "0", 1, "a.mp4"),
    )
    assert event.duration_s == duration_s
