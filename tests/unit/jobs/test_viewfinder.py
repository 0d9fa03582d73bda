"""Pictures of watched cameras go to whoever waits for one, and are not kept."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np

from tests.builders import T0
from vision.jobs.viewfinder import Viewfinder
from vision.types import Frame

NOISE = np.zeros((4, 4, 3), np.uint8)


def test_the_next_picture_goes_to_all_who_wait() -> None:
    finder, frame = Viewfinder(), Frame("c", T0 + timedelta(seconds=1), NOISE)
    finder.offer(Frame("c", T0, NOISE))  # nobody waits: it is gone
    with ThreadPoolExecutor(2) as viewers:
        waiting = [viewers.submit(finder.next, "c", 5.0) for _ in range(2)]
        deadline = time.monotonic() + 5
        while len(finder._waiting.get("c", [])) < 2 and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        finder.offer(Frame("other", T0, NOISE))
        finder.offer(frame)
        assert [one.result() for one in waiting] == [frame, frame]
    assert finder.next("c", 0.01) is None
    assert finder._waiting == {"c": []}
