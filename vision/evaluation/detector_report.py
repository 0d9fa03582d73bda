"""All that one run of ``deportment evaluate detector`` found out, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from vision.detect.floors import MIN_CONFIDENCE
from vision.evaluation.detector import Judged, of_class
from vision.evaluation.detector_boxes import boxes_of
from vision.evaluation.detector_calibration import Fit, error
from vision.evaluation.detector_compare import Difference
from vision.evaluation.detector_figures import report
from vision.evaluation.detector_sizes import WANTED_RECALL, needs_px, sizes
from vision.evaluation.detector_threshold import USUAL_LEVEL, Threshold
from vision.types import Label


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What was shown and what came of it.

    Attributes:
        raw: With the network's own confidence.
        judged: The same pictures with calibrated confidence.
        smaller: The same pictures shown at smaller scales, calibrated.
        thresholds: By class, of calibrated confidence.
        fits: The calibration, where it was fitted in this run; None where the registry's was used.
        differences: From another detector, where there was one.
        level: Confidence level of the lower limits of precision.
    """

    raw: Sequence[Judged]
    judged: Sequence[Judged]
    thresholds: Mapping[Label, Threshold]
    smaller: Sequence[Sequence[Judged]] = ()
    fits: Mapping[Label, Fit] | None = None
    differences: Mapping[Label, Difference] = field(default_factory=dict)
    level: float = USUAL_LEVEL

    @property
    def values(self) -> dict[Label, float]:
        """The thresholds as bare numbers."""
        return {label: threshold.value for label, threshold in self.thresholds.items()}

    def needs_px(self, label: Label) -> float | None:
        """Smallest size at which half the labelled boxes of a class are found."""
        return needs_px(*self.sizes(label))

    def sizes(self, label: Label) -> Any:
        """Size of every labelled box at every scale, and whether it was found."""
        shown = (self.judged, *self.smaller)
        return sizes((of_class(one, label) for one in shown), self.thresholds[label].value)


def evaluation_to_json(found: Evaluation) -> dict[str, Any]:
    """The figures; what is undefined is null."""
    figures: dict[str, Any] = report(found.judged, found.values)
    for label in Label:
        row = figures["classes"][label.name.lower()]
        row["rests_on"] = _rounded(asdict(found.thresholds[label]))
        row["calibration"] = calibration_of(found, label)
        row["needs_px"] = {"recall": WANTED_RECALL, "px": _round(found.needs_px(label))}
    figures["against"] = {
        label.name.lower(): _rounded(asdict(one) | {"difference": one.difference})
        for label, one in found.differences.items()
    }
    return figures


def calibration_of(found: Evaluation, label: Label) -> dict[str, Any]:
    """How far confidence is from the share of right boxes, before and after calibration."""
    if found.fits is not None:
        fit = found.fits[label]
        return {
            "fitted_here": True,
            "map": fit.family,
            "row": None if fit.row is None else fit.row.model_dump(),
            "boxes": fit.boxes,
            "right": fit.right,
            "ece_before": fit.ece_before,
            "ece_after": fit.ece_after,
            "brier_held_out": dict(fit.brier),
        }
    before, after = boxes_of(found.raw, label), boxes_of(found.judged, label)
    seen = before.confidence >= MIN_CONFIDENCE
    return {
        "fitted_here": False,
        "boxes": int(seen.sum()),
        "right": int(before.right[seen].sum()),
        "ece_before": error(before.confidence[seen], before.right[seen]),
        "ece_after": error(after.confidence[seen], after.right[seen]),
    }


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _round(value) for key, value in row.items()}


def _round(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
