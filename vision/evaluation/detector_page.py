"""A page that stands alone: figures, curves, and the worst mistakes as small pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vision.evaluation.detector_charts import PLOT_PX, Charts, charts
from vision.evaluation.detector_mistakes import (
    SIDE_PX,
    missed_things,
    thumbnail,
    wrong_boxes,
)
from vision.evaluation.detector_print import number, threshold_text
from vision.evaluation.detector_report import Evaluation, evaluation_to_json
from vision.types import Label

CHINESE = {
    Label.PERSON: "人员",
    Label.PHONE: "手机",
    Label.CIGARETTE: "香烟",
    Label.SLIPPERS: "拖鞋",
    Label.VEST: "背心",
    Label.SHORTS: "短裤",
    Label.SHOES: "鞋",
    Label.TROUSERS: "长裤",
    Label.SLEEVED_TOP: "有袖上衣",
}
HEADINGS = (
    ("类别", "class"),
    ("标注框", "labelled"),
    ("AP50", "AP50"),
    ("AP50-95", "AP50-95"),
    ("阈值", "threshold"),
    ("精确率", "precision"),
    ("下限", "at least"),
    ("召回率", "recall"),
    ("依据框数", "boxes"),
    ("误报 (无此类)", "in vain"),
    ("校准误差", "ECE"),
    ("最小像素", "needs px"),
)
"""Chinese and English heading of every column of the first table."""
WIDEST_DIFFERENCE = 0.05
"""The axis of differences goes at least so far to either side of 0."""


@dataclass(frozen=True, slots=True)
class Thumb:
    """One mistake: the picture, what stands under it, and which picture it is of."""

    address: str
    caption: str
    title: str


@dataclass(frozen=True, slots=True)
class ClassSection:
    """One class: names, drawings and mistakes."""

    name: str
    chinese: str
    charts: Charts
    wrong: tuple[Thumb, ...]
    missed: tuple[Thumb, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A difference as a line on an axis of :data:`PLOT_PX`."""

    name: str
    words: str
    low_px: float
    high_px: float
    at_px: float


def detector_page(found: Evaluation, model: str, mistakes: int) -> str:
    """The report as one HTML file without any outside part.

    Args:
        model: What was evaluated, as shown in the heading.
        mistakes: Most pictures per class of either kind; 0 leaves all pictures out.
    """
    environment = Environment(
        loader=PackageLoader("vision.evaluation"), autoescape=True, undefined=StrictUndefined
    )
    figures = evaluation_to_json(found)
    return environment.get_template("detector.html.j2").render(
        model=model,
        level=f"{found.level:.0%}",
        pictures=figures["pictures"],
        headings=HEADINGS,
        rows=[_cells(label, figures) for label in Label],
        sources=sources(figures),
        names=[(label.name.lower(), CHINESE[label]) for label in Label],
        confusions=list(_confusions(figures)),
        vain=[_vain(name, row) for name, row in figures["false_positives_per_1000"].items()],
        spans=spans(found),
        sections=[_section(found, label, mistakes) for label in Label],
        with_pictures=mistakes > 0,
        plot_px=PLOT_PX,
        thumb_px=SIDE_PX,
    )


def _cells(label: Label, figures: Mapping[str, Any]) -> list[str]:
    row = figures["classes"][label.name.lower()]
    rests, ece = row["rests_on"], row["calibration"]
    return [
        f"{CHINESE[label]} {label.name.lower()}",
        str(row["truths"]),
        number(row["ap50"]),
        number(row["ap50_95"]),
        threshold_text(rests["value"]),
        number(row["precision"]),
        number(rests["at_least"]),
        number(row["recall"]),
        str(rests["boxes"]),
        f"{rests['in_vain']} / {rests['in_vain_pictures']}",
        f"{number(ece['ece_before'])} → {number(ece['ece_after'])}",
        number(row["needs_px"]["px"], 1),
    ]


def sources(figures: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Per source and class: AP50, and recall and precision at the threshold with the boxes."""
    names = sorted({name for row in figures["classes"].values() for name in row["by_source"]})
    return [
        (name, [_cell(row["by_source"].get(name)) for row in figures["classes"].values()])
        for name in names
    ]


def _cell(row: Mapping[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return "", ""
    words = f"P {number(row['precision'], 2)} R {number(row['recall'], 2)} n {row['truths']}"
    return number(row["ap50"], 2), words


def _confusions(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name.replace("_called_", " → "), f"{row['count']} / {row['of']}")
        for pair in figures["confusions"]
        for name, row in pair.items()
    ]


def _vain(name: str, row: Mapping[str, Any]) -> tuple[str, str, str, list[tuple[str, str]]]:
    people = row["compliant_people"]
    return (
        name,
        f"{number(row['per_1000'], 1)} ({row['pictures']})",
        f"{number(people['per_1000'], 1)} ({people['pictures']})",
        [
            (source, f"{of['boxes']} / {of['pictures']}")
            for source, of in row["by_source"].items()
            if of["boxes"] or source.startswith("neg-")
        ],
    )


def spans(found: Evaluation) -> list[Span]:
    """The differences from another detector on one axis."""
    limits = [abs(v) for one in found.differences.values() for v in (one.low, one.high)]
    reach = max([WIDEST_DIFFERENCE, *limits])

    def at(value: float) -> float:
        return round(PLOT_PX * (1 + value / reach), 1)

    return [
        Span(
            label.name.lower(),
            f"{one.ap:.3f} − {one.against:.3f} = {one.difference:+.3f} "
            f"[{one.low:+.3f}, {one.high:+.3f}]",
            at(one.low), at(one.high), at(one.difference),
        )
        for label, one in found.differences.items()
    ]  # fmt: skip


def _section(found: Evaluation, label: Label, mistakes: int) -> ClassSection:
    threshold = found.thresholds[label].value
    wrong = wrong_boxes(found.judged, label, mistakes)
    missed = missed_things(found.judged, label, threshold, mistakes)
    return ClassSection(
        label.name.lower(),
        CHINESE[label],
        charts(found, label),
        tuple(
            Thumb(thumbnail(one, label, said=True), f"{one.rank:.2f}", one.judged.picture.key)
            for one in wrong
        ),
        tuple(
            Thumb(thumbnail(one, label, said=False), f"{one.rank:.0f} px", one.judged.picture.key)
            for one in missed
        ),
    )
