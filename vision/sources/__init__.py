"""Where pictures come from: footage files, folders of pictures, live streams."""

from vision.sources.capture_time import capture_start
from vision.sources.files import FileSource, Stats
from vision.sources.folder import FolderSource

__all__ = ["FileSource", "FolderSource", "Stats", "capture_start"]
