"""How far a posture deviates from upright, as a share of what the standards accept."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vision.rules.base import Target
from vision.types import Person, Posture

SHOULDER_LINE = Target("shoulder line", 0.37, 24)
"""What posture rules must make out. Below about 24 px a pixel is worth 5 degrees of the neck."""

NECK_LIMIT_DEG = 25.0
"""Neck flexion up to 25 degrees is acceptable: ISO 11226:2000 cl. 3.3."""

TRUNK_LIMIT_DEG = 20.0
"""Trunk inclination up to 20 degrees is acceptable, 20 to 60 only for a short time: ISO 11226:2000
cl. 3.2."""

LATERAL_LIMIT_DEG = 20.0
"""Lateral tilt up to 10 degrees is acceptable, above 20 not: ISO 11226:2000 cl. 3.2."""

HEAD_DROP_LIMIT_NORM = 0.35
"""From the front a bend shows only as a lower head. The ears stand 0.5 to 0.6 shoulder widths
above the shoulders. Writing lowers them by up to 0.37 when seen from the front, no less than a
slump does (docs/posture.md): only the height of the whole head tells the two apart."""

BOX_DROP_LIMIT_NORM = 0.4
"""How much lower the person's box may end than upright, in shoulder widths (15 cm). Writing lowers
it by up to 0.29 seen from the front and by 0.35 to 0.5 from above, a slump by 0.37 to 0.8
(docs/posture.md)."""

HIDDEN_BOX_DROP_LIMIT_NORM = 0.3
"""The same where bending has hidden the landmarks. Reading and writing mostly hide them only from
views in which they lower the box by less."""

SLOUCHING_LIMITS = MappingProxyType(
    {
        "head_height_norm": -HEAD_DROP_LIMIT_NORM,
        "neck_flexion_deg": NECK_LIMIT_DEG,
        "trunk_inclination_deg": TRUNK_LIMIT_DEG,
        "lateral_tilt_deg": LATERAL_LIMIT_DEG,
        "box_height_norm": -BOX_DROP_LIMIT_NORM,
    }
)
"""Feature to what is acceptable, as a difference from upright."""

AGREED_DROP_NORM, AGREED_SHARE = 0.1, 0.5
"""A low box and landmarks agree if the head is lower over the shoulders by the first, too, or if
neck or trunk are bent by the second of their limits."""

VIOLATION_Z = 1.282
"""A limit counts as exceeded when the one-sided 90 % bound of the measurement exceeds it."""

COMPLIANT_Z = 0.674
"""It counts as kept when the 75 % bound keeps it: to say so wrongly accuses nobody."""

ABSOLUTE_SIGMA_DEG = 15.0
"""Error of monocular joint angles without a reference of the same view (design section 2)."""

MAX_YAW_CHANGE_DEG = 35.0
"""A body turned further than that from its reference is another view of it."""

MAX_SCALE_RATIO = 1.7
"""Nobody comes so much nearer within a post; landmarks that say so are on something else."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One comparison with a limit.

    Attributes:
        name: What deviates: ``trunk``, ``neck``, ``trunk_and_neck``, ``head_drop``, ``lateral``,
            ``box_drop``.
        value: The deviation, in the unit of ``limit``.
        sigma: Its standard deviation.
        limit: What is acceptable.
        unit: ``deg``, ``norm`` (shoulder widths) or ``share`` (of the limit).
    """

    name: str
    value: float
    sigma: float
    limit: float
    unit: str

    @property
    def share(self) -> float:
        """The deviation in units of its limit."""
        return self.value / self.limit

    def bound(self, z: float) -> float:
        """The value ``z`` standard deviations up (or down), in units of the limit."""
        return (self.value + z * self.sigma) / self.limit


def deviations(posture: Posture, baseline: Posture | None) -> list[Deviation]:
    """Every comparison that the view supports; without a baseline only angles from the side.

    Trunk and neck add up: somebody who leans half of what is acceptable and bends the neck by the
    other half is at the limit.
    """
    trunk = _angle("trunk", "trunk_inclination_deg", TRUNK_LIMIT_DEG, posture, baseline)
    neck = _angle("neck", "neck_flexion_deg", NECK_LIMIT_DEG, posture, baseline)
    found = [one for one in (trunk, neck, *_from_the_front(posture, baseline)) if one]
    if baseline is not None and trunk and neck:
        sigma = float(np.hypot(trunk.sigma / trunk.limit, neck.sigma / neck.limit))
        found.append(Deviation("trunk_and_neck", trunk.share + neck.share, sigma, 1.0, "share"))
    return found


def box_drop(person: Person, limit_norm: float = BOX_DROP_LIMIT_NORM) -> Deviation | None:
    """How much lower the box ends than upright; None without a reference.

    It goes on where the landmarks fail, which they do when a head is bent low.
    """
    height, baseline = box_height_norm(person), person.baseline
    if height is None or baseline is None or baseline.box_height_norm is None:
        return None
    drop, sigma = baseline.box_height_norm - height, baseline.sigma.box_height_norm
    return Deviation("box_drop", drop, sigma, limit_norm, "norm")


def box_contradicts(person: Person) -> bool:
    """Whether the box is surely lower and the landmarks have the head as high as ever.

    The chair was lowered, or the landmarks are on something else: nobody can tell.
    """
    drop, posture, baseline = box_drop(person), person.posture, person.baseline
    if drop is None or posture is None or baseline is None or drop.bound(-VIOLATION_Z) <= 1.0:
        return False
    change = _against(posture, baseline, "head_height_norm")
    bent = any(one.share >= AGREED_SHARE for one in deviations(posture, baseline))
    return change is not None and change[0] > -AGREED_DROP_NORM and not bent


def reference_of(person: Person) -> Posture | None:
    """The reference that landmarks can be compared with; None where only the box is known."""
    baseline = person.baseline
    return None if baseline is None or baseline.body_yaw_deg is None else baseline


def box_height_norm(person: Person) -> float | None:
    """How far the box ends above the upright shoulder line, in upright shoulder widths."""
    baseline = person.baseline
    if baseline is None or baseline.shoulder_y_px is None:
        return None
    return (baseline.shoulder_y_px - float(person.xyxy[1])) / baseline.scale_px


def _from_the_front(posture: Posture, baseline: Posture | None) -> list[Deviation | None]:
    if posture.side_view or baseline is None:
        return []
    drop = _against(posture, baseline, "head_height_norm")
    tilt = _against(posture, baseline, "lateral_tilt_deg")
    return [
        drop and Deviation("head_drop", -drop[0], drop[1], HEAD_DROP_LIMIT_NORM, "norm"),
        tilt and Deviation("lateral", abs(tilt[0]), tilt[1], LATERAL_LIMIT_DEG, "deg"),
    ]


def _angle(
    name: str, feature: str, limit: float, posture: Posture, baseline: Posture | None
) -> Deviation | None:
    if baseline is not None:
        change = _against(posture, baseline, feature)
        return change and Deviation(name, change[0], change[1], limit, "deg")
    value = getattr(posture, feature)
    if value is None:
        return None
    sigma = float(np.hypot(getattr(posture.sigma, feature), ABSOLUTE_SIGMA_DEG))
    return Deviation(name, value, sigma, limit, "deg")


def _against(posture: Posture, baseline: Posture, feature: str) -> tuple[float, float] | None:
    value, reference = getattr(posture, feature), getattr(baseline, feature)
    if value is None or reference is None:
        return None
    sigma = np.hypot(getattr(posture.sigma, feature), getattr(baseline.sigma, feature))
    return value - reference, float(sigma)


def same_view(posture: Posture, baseline: Posture) -> bool:
    """Whether the body is turned about as it is in the reference, and about as large."""
    if posture.body_yaw_deg is None or baseline.body_yaw_deg is None:
        return False
    turned_deg = abs(posture.body_yaw_deg - baseline.body_yaw_deg)
    same_side = posture.side_view == baseline.side_view and turned_deg <= MAX_YAW_CHANGE_DEG
    return same_side and same_size(posture, baseline)


def same_size(posture: Posture, baseline: Posture) -> bool:
    """Whether the landmarks span about as much of the picture as in the reference."""
    ratio = posture.scale_px / baseline.scale_px
    return 1 / MAX_SCALE_RATIO <= ratio <= MAX_SCALE_RATIO
