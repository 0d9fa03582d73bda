"""CPU time of pose and posture per window and observation, beside bare pose in the same run.

python -m tests.benchmarks.posture_cost [SAMPLE_FOLDER]

Prints one JSON object. First the clip is audited, counting how often each window was looked at and
how often pose was run on it; then the pictures that it ran on are taken again, in turns: bare pose on
the crops, the product's pose step (crops included), and what posture adds to it.
"""

import json
import sys
from pathlib import Path
from time import process_time

from tests.replay.test_recorded_samples import SAMPLES, thresholds
from vision.config import load_site
from vision.observe import WindowMemory, digest, look, with_pose
from vision.observe.look import pose_box
from vision.pipeline import CameraPipeline
from vision.rules.sleeping import SleepingRule
from vision.rules.slouching import SlouchingRule
from vision.sources.capture_time import parse_start
from vision.wiring import camera_plan, open_footage, open_models, rules_with

START = "2026-07-06T09:14:00+08:00"
MOST_PICTURES, ROUNDS = 12, 5


def main() -> None:
    """Count, time, print."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES / "demo-morning"
    site = load_site(folder / "site.yaml")
    camera = site.cameras[0].id
    with open_models() as models:
        plan = camera_plan(site, camera, rules_with(thresholds()))
        source = open_footage(folder / "clip.mp4", site, camera, parse_start(START, site.zone))
        turns = CameraPipeline(plan, models.detector, models.pose).run(source)
        seen = [one for turn in turns for one in turn.outcomes if one.observation is not None]
        posed = [one for one in seen if one.observation.pose_run and one.observation.persons]
        frames = list({one.at: one.frame for one in posed if one.frame is not None}.values())
        costs = _costs(frames[:: max(1, len(frames) // MOST_PICTURES)], plan, models)
    seconds = (max(one.at for one in seen) - min(one.at for one in seen)).total_seconds()
    print(json.dumps(_counted(seen, posed, seconds, len(plan.windows)) | costs, indent=1))


def _counted(seen, posed, seconds, windows):
    minutes = seconds / 60 * windows
    return {
        "observations_per_window_minute": round(len(seen) / minutes, 1),
        "with_pose_per_window_minute": round(len(posed) / minutes, 1),
        "share_with_pose": round(len(posed) / len(seen), 3),
    }


def _costs(frames, plan, models):
    """Milliseconds of CPU per person, best of the rounds."""
    steps = {"bare_pose": [], "pose_step": [], "features_and_reference": [], "both_rules": []}
    looks = [_looks(frame, plan, models) for frame in frames]
    persons = sum(len(one.staff.present) for found in looks for one in found)
    for _ in range(ROUNDS):
        spent = dict.fromkeys(steps, 0.0)
        for frame, found in zip(frames, looks, strict=True):
            boxes = [pose_box(box, one.post) for one in found for box in one.staff.present.xyxy]
            crops = [frame.image[y0:y1, x0:x1] for x0, y0, x1, y1 in boxes]
            _timed(spent, "bare_pose", lambda crops=crops: models.pose.estimate(crops))
            args = (frame, found, models.pose)
            posed = _timed(spent, "pose_step", lambda args=args: with_pose(*args))
            plain = dict.fromkeys(("plain",), 0.0)
            _timed(plain, "plain", lambda found=found, at=frame.at: _digested(found, at))
            seen = _timed(
                spent,
                "features_and_reference",
                lambda posed=posed, at=frame.at: _digested(posed, at),
            )
            spent["features_and_reference"] -= plain["plain"]
            _timed(spent, "both_rules", lambda seen=seen: _judged(seen))
        for name, value in spent.items():
            steps[name].append(1000 * value / max(1, persons))
    best = {name: min(values) for name, values in steps.items()}
    return {
        "persons": persons,
        "cpu_ms_per_person": {name: round(value, 3) for name, value in best.items()},
        "of_bare_pose": {name: round(value / best["bare_pose"], 3) for name, value in best.items()},
    }


def _looks(frame, plan, models):
    posts = [window.post(frame.size_px) for window in plan.windows]
    views = [WindowMemory().view] * len(posts)
    return look(frame, posts, views, models.detector, posts)


def _digested(looks, at):
    return [digest(WindowMemory(), one, "c", at)[1] for one in looks]


def _judged(seen):
    return [rule.judge(one) for one in seen for rule in (SlouchingRule(), SleepingRule())]


def _timed(spent, name, run):
    began = process_time()
    result = run()
    spent[name] += process_time() - began
    return result


if __name__ == "__main__":
    main()
