"""``evaluate posture``: the slouching rule on labelled pictures, sitting by sitting.

No limit of the rule is fitted to these pictures: they are those of the standards. What a picture
is compared with comes, for each sitting, only from that sitting, under one of four assumptions
about what the product knows at a window (:data:`ASSUMPTIONS`).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from vision.evaluation.posture_fits import FITS, fitted_answers
from vision.evaluation.posture_keypoints import KeypointCheck, check_keypoints
from vision.evaluation.posture_pictures import LabelledPosture, by_sitting, read_pictures
from vision.evaluation.tally import Answer, Tally, tally
from vision.ports import PoseEstimator
from vision.posture import Baseline, calibrated, learn, surveyed
from vision.rules.deviation import COMPLIANT_Z, VIOLATION_Z
from vision.rules.slouching import SlouchingRule
from vision.types import Observation, Person, Posture, VerdictKind, View, ViewState

CALIBRATION_PICTURES = 3
MAX_UNKNOWN_SHARE = 0.1
DOUBTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Factors on the rule's two confidence levels, for the curve; 1 is what ships."""

ASSUMPTIONS = {
    "calibrated": f"The first {CALIBRATION_PICTURES} upright pictures of the sitting in order of "
    "time calibrate the window (deportment calibrate) and are not scored.",
    "surveyed": "The reference is the more upright part of all pictures of the sitting, labels "
    "unseen; later ones count, as in a window that was watched before.",
    "running": "The pictures come one by one, as if 5 s apart, to the reference that the product "
    "learns as it goes; the first three have none.",
    "none": "No reference at all: only the outer frame of the published bands.",
}

Judged = tuple[LabelledPosture, Posture | None]
"""A picture to be scored, and the reference that it is compared with."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The pooled result where the confidence that the rule asks for is scaled by ``doubt``."""

    doubt: float
    f1: float
    precision: float
    recall: float
    unknown_share: float


@dataclass(frozen=True, slots=True)
class ProtocolResult:
    """The rule under one assumption.

    Attributes:
        assumption: What it is.
        shipped: All sittings together, with the confidence levels that ship.
        sittings: The same, each sitting alone.
        held_out: All sittings together, where for each the ``doubt`` was chosen on the others:
            best F1 with at most 10 % UNKNOWN.
        curve: All sittings together, F1 against the share of UNKNOWN.
    """

    assumption: str
    shipped: Tally
    sittings: dict[str, Tally]
    held_out: Tally
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class PostureReport:
    """Everything that ``evaluate posture`` prints.

    Attributes:
        pictures: How many were read.
        protocols: Results by assumption.
        fitted: What is to be beaten: plain threshold rules, fitted on the other sittings.
        keypoints: The second check, on keypoints without pictures; None where not given.
    """

    pictures: int
    protocols: dict[str, ProtocolResult]
    fitted: dict[str, Tally]
    keypoints: KeypointCheck | None

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return asdict(self)


def evaluate_posture(
    folder: Path, estimator: PoseEstimator, keypoints_csv: Path | None = None
) -> PostureReport:
    """Measure the slouching rule.

    Args:
        folder: ``good/``, ``bad/`` and ``keypoints.json``.
        estimator: The pose model that the product runs.
        keypoints_csv: Rows of normalised MediaPipe landmarks with a ``class`` column.

    Raises:
        UnreadableSource: If something in the folder cannot be read.
    """
    pictures = read_pictures(folder, estimator)
    return PostureReport(
        pictures=len(pictures),
        protocols={name: _protocol(pictures, name) for name in ASSUMPTIONS},
        fitted={name: tally(fitted_answers(pictures, fit)) for name, fit in FITS.items()},
        keypoints=None if keypoints_csv is None else check_keypoints(keypoints_csv),
    )


def _protocol(pictures: Sequence[LabelledPosture], name: str) -> ProtocolResult:
    judged = {sitting: _PREPARE[name](rows) for sitting, rows in by_sitting(pictures)}
    answers = {
        doubt: {sitting: _answers(rows, doubt) for sitting, rows in judged.items()}
        for doubt in DOUBTS
    }
    shipped = answers[1.0]
    return ProtocolResult(
        assumption=ASSUMPTIONS[name],
        shipped=tally(_pooled(shipped)),
        sittings={sitting: tally(given) for sitting, given in shipped.items()},
        held_out=tally(_held_out(answers)),
        curve=tuple(_point(doubt, tally(_pooled(answers[doubt]))) for doubt in DOUBTS),
    )


def _calibrated(rows: list[LabelledPosture]) -> list[Judged]:
    upright = [row for row in rows if not row.bad and _shows_body(row)][:CALIBRATION_PICTURES]
    baseline = _explicit(calibrated, upright)
    return [(row, _upright(baseline, row)) for row in rows if row not in upright]


def _surveyed(rows: list[LabelledPosture]) -> list[Judged]:
    baseline = _explicit(surveyed, [row for row in rows if _shows_body(row)])
    return [(row, _upright(baseline, row)) for row in rows]


def _shows_body(row: LabelledPosture) -> bool:
    return row.posture is not None and row.posture.body_yaw_deg is not None


def _explicit(
    method: Callable[[Sequence[Posture]], Baseline], rows: Sequence[LabelledPosture]
) -> Baseline:
    return method([row.posture for row in rows if row.posture]) if rows else Baseline()


def _running(rows: list[LabelledPosture]) -> list[Judged]:
    judged, baseline, at = [], Baseline(), datetime(2000, 1, 1, tzinfo=UTC)
    for row in rows:
        judged.append((row, _upright(baseline, row)))
        baseline = learn(baseline, row.posture, at) if row.posture else baseline
        at += timedelta(seconds=5)
    return judged


def _without(rows: list[LabelledPosture]) -> list[Judged]:
    return [(row, None) for row in rows]


_PREPARE: dict[str, Callable[[list[LabelledPosture]], list[Judged]]] = {
    "calibrated": _calibrated,
    "surveyed": _surveyed,
    "running": _running,
    "none": _without,
}


def _upright(baseline: Baseline, row: LabelledPosture) -> Posture | None:
    return baseline.upright(row.posture.side_view) if row.posture else None


def _answers(judged: Sequence[Judged], doubt: float) -> list[Answer]:
    rule = SlouchingRule(violation_z=VIOLATION_Z * doubt, compliant_z=COMPLIANT_Z * doubt)
    return [(row.bad, _answer(rule, row.posture, baseline)) for row, baseline in judged]


def _answer(rule: SlouchingRule, posture: Posture | None, baseline: Posture | None) -> VerdictKind:
    person = Person(1, np.zeros(4, np.float32), 1.0, posture=posture, baseline=baseline)
    observation = Observation(
        window_id="",
        camera_id="",
        at=datetime(2000, 1, 1, tzinfo=UTC),
        view=View(ViewState.OK),
        post_px=np.zeros((4, 2), np.float32),
        persons=(person,),
    )
    verdict = rule.judge(observation)
    return VerdictKind.UNKNOWN if verdict is None else verdict.kind


def _held_out(answers: dict[float, dict[str, list[Answer]]]) -> list[Answer]:
    found: list[Answer] = []
    for sitting in answers[1.0]:
        others = {
            doubt: tally(_pooled({name: given[name] for name in given if name != sitting}))
            for doubt, given in answers.items()
        }
        allowed = [doubt for doubt in DOUBTS if others[doubt].unknown_share <= MAX_UNKNOWN_SHARE]
        best = max(allowed or [0.0], key=lambda doubt: others[doubt].f1)
        found += answers[best][sitting]
    return found


def _pooled(answers: dict[str, list[Answer]]) -> list[Answer]:
    return [answer for given in answers.values() for answer in given]


def _point(doubt: float, result: Tally) -> CurvePoint:
    return CurvePoint(doubt, result.f1, result.precision, result.recall, result.unknown_share)
