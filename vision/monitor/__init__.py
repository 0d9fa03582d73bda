"""From a sequence of verdicts to events: hysteresis, dwell and lost views. Pure."""

from vision.monitor.state import MonitorState, Segment
from vision.monitor.step import HOLD_S, finish, held_spans, step

__all__ = ["HOLD_S", "MonitorState", "Segment", "finish", "held_spans", "step"]
