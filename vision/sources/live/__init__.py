"""Live cameras: streams behind the same port as files, sampled by the same decisions."""

from vision.sources.live.address import Address
from vision.sources.live.health import CameraState, Health, LivePolicy, Reason
from vision.sources.live.paired import PairedSource
from vision.sources.live.source import LiveSource

__all__ = ["Address", "CameraState", "Health", "LivePolicy", "LiveSource", "PairedSource", "Reason"]
