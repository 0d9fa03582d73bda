"""The upright reference of one person at one window, learnt while they work.

EN 1005-4 measures from the person's own rest posture, and a camera's height and angle shift every
absolute value; so deviations are judged, and this is what they are taken from. It is learnt from
the more upright part of the first seconds, corrected by every minute of work after them: upwards
to some extent, downwards by little, and never by a minute that is far from it. A clerk who slumps
from nine o'clock on is still slumped at eleven.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from vision.types import Posture, PostureSigma

SAMPLE_EVERY_S = 2.0
"""Samples closer together show the same moment and are not counted."""

FIRST_SAMPLES = 3
FIRST_S = 8.0
"""The first block of samples is whole when it has so many, over so long."""

BLOCK_SAMPLES = 12
BLOCK_S = 45.0
"""The same for every later block."""

MAX_GAP_S = 120.0
"""A block with a longer hole in it is begun anew."""

UPRIGHT_QUANTILE = 0.25
"""How far into the upright end of a block its reference lies: a quarter of the samples may be
even more upright, by error or by stretching."""

_OFF_MIDDLE = 0.5 - UPRIGHT_QUANTILE

LINE_RATE, LINE_ROOM = 0.05, 0.3
LINE_RELAX_RATE, LINE_RELAX_ROOM, LINE_NEAR = 0.015, 0.06, 0.15
"""How the shoulder line in the picture follows, in shoulder widths: as in :class:`Feature`."""

STOOD_UP_NORM = 0.35
SAT_DOWN_NORM = 0.6
"""Shoulders that are higher by the first belong to somebody who stands now. Shoulders that are
lower by the second (22 cm) while head, neck and trunk are as upright as ever belong to somebody
who stood before and sits now: the reference is begun anew."""

SETTLING_BLOCKS = 10
"""So many blocks may still relax the reference, by little; later ones may only raise it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """How the reference of one feature is learnt.

    Attributes:
        name: Field of :class:`Posture`.
        upright: 1 if a larger value is more upright, -1 if a smaller one is, 0 if the middle is.
        bounds: The reference stays within: for neck and trunk the acceptable band of ISO 11226.
        slack: A first block that lies further outside is no reference at all: a person who is
            slumped on arrival does not make that their upright posture.
        rate: Most change by one block.
        room: Most change in all from the first block.
        relax_rate: Most change towards less upright by one block, while settling.
        relax_room: Most change towards less upright in all.
        near: A block that is less upright by more than this is a slump and relaxes nothing.
    """

    name: str
    upright: int
    bounds: tuple[float, float]
    slack: float
    rate: float
    room: float
    relax_rate: float
    relax_room: float
    near: float


FEATURES = (
    Feature("head_height_norm", 1, (0.2, 1.2), 0.05, 0.02, 0.15, 0.015, 0.06, 0.1),
    Feature("neck_flexion_deg", -1, (0.0, 25.0), 10.0, 2.0, 10.0, 1.5, 6.0, 10.0),
    Feature("head_inclination_deg", -1, (-60.0, 60.0), 10.0, 2.0, 15.0, 1.5, 6.0, 10.0),
    Feature("trunk_inclination_deg", -1, (-5.0, 20.0), 10.0, 2.0, 10.0, 1.5, 6.0, 10.0),
    Feature("lateral_tilt_deg", 0, (-30.0, 30.0), 10.0, 2.0, 5.0, 2.0, 5.0, 10.0),
    Feature("box_height_norm", 1, (0.5, 1.3), 0.2, 0.02, 0.15, 0.015, 0.06, 0.1),
)
_NAMES = tuple(feature.name for feature in FEATURES)


@dataclass(frozen=True, slots=True)
class Reference:
    """The upright posture in one kind of view, from the front or from the side.

    Attributes:
        upright: The reference; None until one block is whole, unless it is known from elsewhere.
        first: As it was at first.
        blocks: How many blocks were learnt, none of a reference known from elsewhere; of a
            calibration the postures it is from.
        samples: Of the block that is being filled.
        since: First sample of that block.
        at: Its last sample.
    """

    upright: Posture | None = None
    first: Posture | None = None
    blocks: int = 0
    samples: tuple[Posture, ...] = ()
    since: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The upright references of one presence of one person at one window.

    Attributes:
        front: For views from the front.
        side: For views from the side.
        fixed: Whether it was calibrated explicitly; then it does not learn.
    """

    front: Reference = field(default_factory=Reference)
    side: Reference = field(default_factory=Reference)
    fixed: bool = False

    def upright(self, side_view: bool) -> Posture | None:
        """The reference for that kind of view, else for the other kind; None without either."""
        wanted, other = (self.side, self.front) if side_view else (self.front, self.side)
        return wanted.upright or other.upright

    @property
    def usual(self) -> Posture | None:
        """The reference for the kind of view that was seen most; None without any."""
        return self.upright(side_view=self.side.blocks > self.front.blocks)


def learn(baseline: Baseline, posture: Posture, at: datetime) -> Baseline:
    """The baseline after one more sample; unchanged where the posture says nothing.

    Args:
        baseline: Before the sample.
        posture: What was measured.
        at: Capture time, later than the sample before.
    """
    if baseline.fixed or posture.body_yaw_deg is None:
        return baseline
    if posture.side_view:
        return replace(baseline, side=_with_sample(baseline.side, posture, at))
    return replace(baseline, front=_with_sample(baseline.front, posture, at))


def calibrated(postures: Sequence[Posture]) -> Baseline:
    """An explicit baseline from postures of a person who was told to sit upright.

    Args:
        postures: Of one kind of view or both.

    Raises:
        ValueError: If none of them shows the shoulders.
    """
    return _fixed(postures, _middle)


def seeded(front: Posture | None, side: Posture | None) -> Baseline:
    """A baseline that is known from elsewhere, and goes on learning about the person at hand.

    Angles and heights in shoulder widths carry over from one person to another, and are judged by
    at once. Where the shoulders are in the picture does not: it is learnt from the first samples
    that agree with the reference, so that nobody is measured by another's height.

    Args:
        front: Upright posture for views from the front; None where none was learnt.
        side: The same from the side.
    """
    return Baseline(front=Reference(front, front), side=Reference(side, side))


def surveyed(postures: Sequence[Posture]) -> Baseline:
    """An explicit baseline from footage of ordinary work: its more upright part, as when learnt.

    Where nobody sits acceptably in it, the baseline has no reference.

    Args:
        postures: Of one kind of view or both.

    Raises:
        ValueError: If none of them shows the shoulders.
    """
    return _fixed(postures, _surveyed)


def _surveyed(samples: Sequence[Posture]) -> Posture | None:
    return _learnt(Reference(), samples) if _is_upright(samples) else None


def _fixed(
    postures: Sequence[Posture], reference_of: Callable[[Sequence[Posture]], Posture | None]
) -> Baseline:
    front = [p for p in postures if p.body_yaw_deg is not None and not p.side_view]
    side = [p for p in postures if p.body_yaw_deg is not None and p.side_view]
    if not front and not side:
        raise ValueError("calibration needs at least one posture that shows both shoulders")
    return Baseline(
        front=Reference(upright=reference_of(front) if front else None, blocks=len(front)),
        side=Reference(upright=reference_of(side) if side else None, blocks=len(side)),
        fixed=True,
    )


def _with_sample(reference: Reference, posture: Posture, at: datetime) -> Reference:
    since, last = reference.since, reference.at
    if since is None or last is None or (at - last).total_seconds() > MAX_GAP_S:
        return replace(reference, samples=(posture,), since=at, at=at)
    if (at - last).total_seconds() < SAMPLE_EVERY_S:
        return reference
    samples = (*reference.samples, posture)
    if not _is_whole(reference, len(samples), (at - since).total_seconds()):
        return replace(reference, samples=samples, at=at)
    if reference.blocks == 0 and not (_is_upright(samples) and _is_near(reference, samples)):
        return replace(reference, samples=(), since=None, at=None)
    if _has_sat_down(reference, samples):
        reference = Reference()
    upright = _learnt(reference, samples)
    return Reference(upright, _completed(reference.first, upright), reference.blocks + 1)


def _is_whole(reference: Reference, samples: int, lasted_s: float) -> bool:
    if reference.blocks == 0:
        return samples >= FIRST_SAMPLES and lasted_s >= FIRST_S
    return samples >= BLOCK_SAMPLES and lasted_s >= BLOCK_S


def _completed(first: Posture | None, upright: Posture) -> Posture:
    """As it was at first; what only a later block showed begins with that."""
    if first is None:
        return upright
    names = (*_NAMES, "shoulder_y_px")
    new = {name: getattr(upright, name) for name in names if getattr(first, name) is None}
    return replace(first, **new)


def unacceptable(samples: Sequence[Posture]) -> Iterator[tuple[Feature, float]]:
    """The features in which even the more upright part of the samples is no upright posture."""
    for feature in FEATURES:
        value, _ = _of_upright_part(samples, feature)
        low, high = feature.bounds
        if value is not None and not low - feature.slack <= value <= high + feature.slack:
            yield feature, value


def _is_upright(samples: Sequence[Posture]) -> bool:
    return next(unacceptable(samples), None) is None


def _is_near(reference: Reference, samples: Sequence[Posture]) -> bool:
    """Whether the samples are about as upright as the reference, as far as that is known."""
    return all(
        value is None or kept is None or (kept - value) * feature.upright <= feature.near
        for feature in FEATURES
        for value, _ in (_of_upright_part(samples, feature),)
        for kept in (getattr(reference.upright, feature.name, None),)
    )


def _of_upright_part(samples: Sequence[Posture], feature: Feature) -> tuple[float | None, float]:
    return _of_block(samples, feature.name, 0.5 + feature.upright * _OFF_MIDDLE)


def _learnt(reference: Reference, samples: Sequence[Posture]) -> Posture:
    def of(feature: Feature) -> tuple[float | None, float]:
        value, sigma = _of_upright_part(samples, feature)
        if value is None:
            return _held(reference.upright, feature.name)
        return _moved(feature, reference, value), sigma

    block = _summary(samples, {feature.name: of(feature) for feature in FEATURES})
    lines_px = [p.shoulder_y_px for p in samples if p.shoulder_y_px is not None]
    line_px = float(np.quantile(lines_px, UPRIGHT_QUANTILE))
    old = reference.upright
    if old is not None and old.shoulder_y_px is not None:
        # Who stands up is no reference for sitting.
        stands = line_px < old.shoulder_y_px - STOOD_UP_NORM * old.scale_px
        line_px = old.shoulder_y_px if stands else line_px
    return replace(block, shoulder_y_px=_moved(_line(reference.first), reference, line_px))


def _line(first: Posture | None) -> Feature:
    """The shoulder line in the picture, counted downwards; a slump lowers it, too."""
    unit_px = first.scale_px if first is not None else 1.0
    steps = (LINE_RATE, LINE_ROOM, LINE_RELAX_RATE, LINE_RELAX_ROOM, LINE_NEAR)
    everywhere = (-np.inf, np.inf)
    return Feature("shoulder_y_px", -1, everywhere, np.inf, *(unit_px * step for step in steps))


def _has_sat_down(reference: Reference, samples: Sequence[Posture]) -> bool:
    """Whether these samples are as upright as the reference, and all of them much lower."""
    old = reference.upright
    if old is None or old.shoulder_y_px is None:
        return False
    lowest_px = old.shoulder_y_px + SAT_DOWN_NORM * old.scale_px
    lower = all((p.shoulder_y_px or 0.0) >= lowest_px for p in samples)
    return lower and _is_near(reference, samples)


def _moved(feature: Feature, reference: Reference, block: float) -> float:
    """The new reference value: towards the block's, within all that the feature allows."""
    old, _ = _held(reference.upright, feature.name)
    first, _ = _held(reference.first, feature.name)
    if old is None or first is None:
        return float(np.clip(block, *feature.bounds))
    relaxing = feature.upright != 0 and (block - old) * feature.upright < 0
    rate = feature.relax_rate if relaxing else feature.rate
    room = feature.relax_room if relaxing else feature.room
    settled = reference.blocks >= SETTLING_BLOCKS or abs(old - first) >= room
    if relaxing and (settled or abs(block - old) > feature.near):
        return old
    new = old + float(np.clip(block - old, -rate, rate))
    return float(np.clip(np.clip(new, first - room, first + room), *feature.bounds))


def _middle(samples: Sequence[Posture]) -> Posture:
    return _summary(samples, {name: _of_block(samples, name, 0.5) for name in _NAMES})


def _summary(samples: Sequence[Posture], of: Mapping[str, tuple[float | None, float]]) -> Posture:
    """A posture of these ``(value, sigma)`` by feature, and the medians of everything else."""
    return Posture(
        head_height_norm=of["head_height_norm"][0],
        neck_flexion_deg=of["neck_flexion_deg"][0],
        head_inclination_deg=of["head_inclination_deg"][0],
        trunk_inclination_deg=of["trunk_inclination_deg"][0],
        lateral_tilt_deg=of["lateral_tilt_deg"][0],
        box_height_norm=of["box_height_norm"][0],
        body_yaw_deg=float(np.median([p.body_yaw_deg or 0.0 for p in samples])),
        shoulder_y_px=float(np.median([p.shoulder_y_px or 0.0 for p in samples])),
        scale_px=float(np.median([p.scale_px for p in samples])),
        side_view=samples[0].side_view,
        confidence=min(p.confidence for p in samples),
        sigma=PostureSigma(**{name: sigma for name, (_, sigma) in of.items()}),
    )


def _of_block(samples: Sequence[Posture], name: str, quantile: float) -> tuple[float | None, float]:
    """Quantile of a feature and its uncertainty; None where less than half the samples show it."""
    seen = [p for p in samples if getattr(p, name) is not None]
    if len(seen) * 2 < len(samples):
        return None, 0.0
    sigma = np.median([getattr(p.sigma, name) for p in seen]) / np.sqrt(len(seen))
    return float(np.quantile([getattr(p, name) for p in seen], quantile)), float(sigma)


def _held(posture: Posture | None, name: str) -> tuple[float | None, float]:
    if posture is None:
        return None, 0.0
    return getattr(posture, name), getattr(posture.sigma, name, 0.0)
