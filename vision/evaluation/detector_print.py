"""What ``deportment evaluate detector`` prints: tables, and rows to paste into the registry."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from vision.evaluation.detector_calibration import ISOTONIC, UNCHANGED, Fit
from vision.evaluation.detector_compare import Difference
from vision.evaluation.detector_sizes import WANTED_RECALL
from vision.evaluation.detector_threshold import NEVER, Threshold
from vision.rules.base import Rule
from vision.rules.garments import garment_rules
from vision.rules.handheld import handheld_rules
from vision.types import Label

NONE = "–"


def class_table(figures: Mapping[str, Any]) -> Table:
    """Accuracy, one line per class."""
    columns = ("truths", "ap50", "ap50_95", "threshold", "precision", "recall")
    table = _table("class", *columns, title=f"{figures['pictures']} pictures")
    for name, row in figures["classes"].items():
        words = [number(row[column]) for column in columns]
        words[columns.index("threshold")] = threshold_text(row["threshold"])
        table.add_row(name, *words)
    return table


def calibration_table(figures: Mapping[str, Any]) -> Table:
    """How far confidence is from the share of right boxes, and the least size that is found."""
    table = _table(
        "class", "boxes", "right", "ECE before", "ECE after", "needs px",
        title="Confidence and size",
    )  # fmt: skip
    for name, row in figures["classes"].items():
        one = row["calibration"]
        table.add_row(
            name, str(one["boxes"]), str(one["right"]), number(one["ece_before"]),
            number(one["ece_after"]), number(row["needs_px"]["px"], 1),
        )  # fmt: skip
    return table


def threshold_table(thresholds: Mapping[Label, Threshold], level: float) -> Table:
    """What each threshold rests on."""
    table = _table(
        "class", "threshold", "boxes", "right", "beside", "in vain", f"{level:.0%} limit",
        "held out", title="Thresholds and the boxes at or above them",
    )  # fmt: skip
    for label, one in thresholds.items():
        table.add_row(
            label.name.lower(), threshold_text(one.value), str(one.boxes), str(one.right),
            str(one.beside), f"{one.in_vain} in {one.in_vain_pictures}", number(one.at_least),
            number(one.held_out),
        )  # fmt: skip
    return table


def difference_table(differences: Mapping[Label, Difference]) -> Table:
    """One detector less the other."""
    table = _table(
        "class", "truths", "AP50", "against", "difference", "95 % interval",
        title="Difference of AP50, pictures drawn again 1,000 times",
    )  # fmt: skip
    for label, one in differences.items():
        table.add_row(
            label.name.lower(), str(one.truths), number(one.ap), number(one.against),
            f"{one.difference:+.3f}", f"{one.low:+.3f} … {one.high:+.3f}",
        )  # fmt: skip
    return table


def calibration_toml(fits: Mapping[Label, Fit]) -> Iterator[str]:
    """Lines of ``[model.calibration]``, each with what it rests on."""
    yield "[model.calibration]"
    for label, fit in fits.items():
        name, basis = label.name.lower(), f"{fit.right} of {fit.boxes} boxes right"
        ece = f"ECE {number(fit.ece_before)} -> {number(fit.ece_after)}"
        brier = " -> ".join(number(fit.brier.get(one), 4) for one in (UNCHANGED, fit.family))
        steps = f"isotonic {number(fit.brier.get(ISOTONIC), 4)}"
        if fit.row is None:
            why = "nothing was clearly better" if fit.brier else "too few boxes"
            yield f"# {name}: unchanged, {why}; {basis}, ECE {number(fit.ece_before)}"
        else:
            row = fit.row
            numbers = f"{{a = {row.a}, b = {row.b}, c = {row.c}}}"
            yield f"# {name}: {fit.family}; {basis}; held out {ece}, Brier {brier} ({steps})"
            yield f"{name} = {numbers}"


def threshold_toml(thresholds: Mapping[Label, Threshold]) -> Iterator[str]:
    """Lines of ``[model.thresholds]``, each with what it rests on."""
    yield "[model.thresholds]"
    for label, one in thresholds.items():
        name, wrong = label.name.lower(), f"{one.in_vain} wrong where there was none"
        if one.value >= NEVER:
            yield f"{name} = 1.0  # no confidence gives the precision: it never accuses"
        else:
            basis = f"{one.right} of {one.boxes} boxes right, {wrong}"
            yield f"{name} = {floored(one.value)}  # {basis}; at least {number(one.at_least)}"


def needs_px_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """The least size per class, beside what the rules ask for now."""
    yield f"# needs_px: size from which recall at the threshold is {WANTED_RECALL}"
    asked = asked_px()
    for name, row in figures["classes"].items():
        px = row["needs_px"]["px"]
        words = "never reached here" if px is None else f"{px:.0f} px"
        yield f"{name}: {words}{asked.get(name, '')}"


def asked_px() -> dict[str, str]:
    """What the rule on a class asks of its target now."""
    same = dict.fromkeys(Label, 0.5)
    pairs: list[tuple[Label, Rule]] = [(rule.banned, rule) for rule in garment_rules(same)]
    pairs += [(rule.label, rule) for rule in handheld_rules(same)]
    return {
        label.name.lower(): f" ({rule.rule_id}: a {rule.target.name} of {rule.target.min_px:g} px)"
        for label, rule in pairs
    }


def floored(value: float) -> float:
    """A threshold with four digits, never above what was chosen."""
    return int(value * 10_000) / 10_000


def threshold_text(value: float) -> str:
    """A threshold, or that there is none."""
    return "never" if value >= NEVER else number(value)


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where it is undefined."""
    if value is None:
        return NONE
    return str(value) if isinstance(value, int) else f"{value:.{digits}f}"


def _table(*headings: str, title: str) -> Table:
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=not place)
    return table
