"""Frames to transitions, for one camera. Knows ports and values only."""

from vision.pipeline.camera import CameraPipeline
from vision.pipeline.judge import Outcome, Span
from vision.pipeline.plan import CameraPlan, Duty, GroupPlan, Roster, WindowPlan
from vision.pipeline.progress import CameraProgress, WindowProgress, dump_progress, load_progress
from vision.pipeline.retire import EXEMPT
from vision.pipeline.turns import Turn, lost, outage, wound_up

__all__ = [
    "EXEMPT",
    "CameraPipeline",
    "CameraPlan",
    "CameraProgress",
    "Duty",
    "GroupPlan",
    "Outcome",
    "Roster",
    "Span",
    "Turn",
    "WindowPlan",
    "WindowProgress",
    "dump_progress",
    "load_progress",
    "lost",
    "outage",
    "wound_up",
]
