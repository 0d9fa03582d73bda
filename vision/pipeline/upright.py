"""The explicit upright reference of a window, ready to be judged by."""

from dataclasses import dataclass

from vision.config import ServiceWindow, UprightView
from vision.posture import Baseline, PostureTrack, seeded
from vision.types import POSTURE_FEATURES, Posture, PostureSigma


@dataclass(frozen=True, slots=True)
class Upright:
    """A reference, and the size of picture (width, height) that it was taken in."""

    baseline: Baseline
    size_px: tuple[int, int]

    def track(self, size_px: tuple[int, int]) -> PostureTrack:
        """What is known of whoever comes; nothing in pictures of another size."""
        fits = tuple(size_px) == self.size_px
        return PostureTrack(baseline=self.baseline) if fits else PostureTrack()


def upright_of(window: ServiceWindow) -> Upright | None:
    """The window's reference; None if it has none, or one that no longer applies."""
    written = window.upright
    if written is None or window.upright_misfit() is not None:
        return None
    views = _posture(written.front, side_view=False), _posture(written.side, side_view=True)
    return Upright(seeded(*views), written.size_px)


def _posture(view: UprightView | None, side_view: bool) -> Posture | None:
    if view is None:
        return None
    measured = {
        name: pair for name in POSTURE_FEATURES if (pair := getattr(view, name)) is not None
    }
    return Posture(
        **{name: value for name, (value, _) in measured.items()},
        body_yaw_deg=view.yaw_deg,
        scale_px=view.scale_px,
        side_view=side_view,
        confidence=1.0,
        sigma=PostureSigma(**{name: sigma for name, (_, sigma) in measured.items()}),
    )
