"""Time of the served detector per post, beside ``YOLO(pt).predict`` in the same run.

python tests/benchmarks/detector_speed.py MODEL.xml [OTHER.xml ...] --baseline CHECKPOINT.pt

Each model is timed with its whole input and, ``as served``, with the sizes at which the product looks at
posts. Needs the train extra for the baseline. Prints one JSON object; every figure is the best of the rounds
in which the candidates take turns, so that a busy machine slows all of them alike.
"""

import argparse
import json
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from vision.detect.openvino import OpenVinoDetector
from vision.registry import Registry

POST_PX = (420, 560, 3)
ROUNDS = 15


def main() -> None:
    """Time every model on batches of 1 and 4 posts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--baseline", type=Path, required=True)
    wanted = parser.parse_args()
    from ultralytics import YOLO

    dice = np.random.default_rng(0)
    posts = [dice.integers(0, 256, POST_PX, np.uint8) for _ in range(4)]
    with TemporaryDirectory() as cache:
        yolo = YOLO(str(wanted.baseline))
        runs = {"YOLO(pt).predict": lambda some: yolo.predict(some, imgsz=416, verbose=False)}
        sizes = {"": (), ", as served": Registry.load().default("detector").look_px}
        for path, (how, look_px) in product(wanted.models, sizes.items()):
            detector = OpenVinoDetector(path, look_px=look_px, cache_dir=Path(cache))
            runs[path.name + how] = detector.detect
        print(json.dumps({size: _timed(runs, posts[:size]) for size in (1, 4)}, indent=1))


def _timed(runs, posts):
    times = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            began = perf_counter()
            run(posts)
            times[name].append(1000 * (perf_counter() - began) / len(posts))
    bare = min(times["YOLO(pt).predict"])
    return {
        name: {"ms_per_post": round(min(each), 1), "times_faster": round(bare / min(each), 2)}
        for name, each in times.items()
    }


if __name__ == "__main__":
    main()
