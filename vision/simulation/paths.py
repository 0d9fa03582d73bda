"""Walking paths over the floor."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vision.simulation.linear import Array

SPEED_M_S = 1.15
CORNER_M = 0.45


@dataclass(frozen=True, slots=True)
class Path2:
    """A rounded path, sampled every few centimetres: `points` (N, 2), `run_m` (N,)."""

    points: Array
    run_m: Array

    @property
    def length_m(self) -> float:
        """Length of the path."""
        return float(self.run_m[-1])

    @property
    def duration_s(self) -> float:
        """Time to walk it."""
        return self.length_m / SPEED_M_S

    def at(self, run_m: float) -> tuple[float, float, float]:
        """x, y in metres and yaw in degrees after `run_m` metres; yaw 0 faces -y."""
        run = float(np.clip(run_m, 0.0, self.length_m))
        x = float(np.interp(run, self.run_m, self.points[:, 0]))
        y = float(np.interp(run, self.run_m, self.points[:, 1]))
        low, high = max(run - 0.15, 0.0), min(run + 0.15, self.length_m)
        dx = np.interp(high, self.run_m, self.points[:, 0]) - np.interp(
            low, self.run_m, self.points[:, 0]
        )
        dy = np.interp(high, self.run_m, self.points[:, 1]) - np.interp(
            low, self.run_m, self.points[:, 1]
        )
        return x, y, float(np.degrees(np.arctan2(dx, -dy)))


def rounded(corners: list[tuple[float, float]], step_m: float = 0.03) -> Path2:
    """A path through `corners` with the bends rounded by a moving average; ends stay in place."""
    dense = [np.array(corners[0], dtype=np.float64)[None]]
    for start, end in pairwise(corners):
        a, b = np.array(start), np.array(end)
        count = max(int(np.linalg.norm(b - a) / step_m), 1)
        dense.append(a + (b - a) * (np.arange(1, count + 1) / count)[:, None])
    line = np.concatenate(dense)
    half = int(CORNER_M / step_m)
    padded = np.concatenate([np.repeat(line[:1], half, 0), line, np.repeat(line[-1:], half, 0)])
    kernel = np.ones(2 * half + 1) / (2 * half + 1)
    smooth = np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)
    smooth[0], smooth[-1] = line[0], line[-1]
    steps = np.linalg.norm(np.diff(smooth, axis=0), axis=1)
    return Path2(smooth, np.concatenate([[0.0], np.cumsum(steps)]))
