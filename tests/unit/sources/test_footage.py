"""Real recordings beside the checkout: every clip is read to its end."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.shared import DATA
from vision.config import SamplingConfig
from vision.sources import FileSource

FOOTAGE = DATA / "footage"
CLIPS = sorted(FOOTAGE.glob("*.m*")) if FOOTAGE.is_dir() else []
START = datetime(2026, 11, 2, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CLIPS, reason=f"needs the shared footage in {FOOTAGE}"),
]


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_every_clip_is_read_to_its_end_without_a_gap(clip):
    reader = FileSource(clip, "cam-03", START, SamplingConfig())
    frames = list(reader.frames())
    times = [frame.at for frame in frames]
    longest = max(later - earlier for earlier, later in pairwise(times))
    end_s = (times[-1] - START).total_seconds() + frames[-1].duration_s
    assert times[0] == START
    assert longest <= timedelta(seconds=2.2)
    assert end_s == pytest.approx(reader.duration_s, abs=0.01)
    assert (reader.stats.repaired, reader.stats.undecodable) == (0, 0)


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_bursts_follow_the_grid(clip):
    reader = FileSource(clip, "cam-03", START, SamplingConfig())
    reader.burst(True)
    *frames, _ = reader.frames()
    cells = [round((frame.at - START).total_seconds() * 5 - 0.5 + 1e-3) for frame in frames]
    assert cells == list(range(len(cells)))
