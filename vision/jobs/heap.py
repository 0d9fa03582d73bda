"""Keeps the C library's heap small in a process of many threads that runs for weeks.

Pictures of megabytes, allocated by one thread and let go by another, leave holes in glibc's heap:
it makes up to eight arenas a core, each with holes of its own, and gives none of them back. So
there are few arenas, what is as large as a picture is mapped apart and given back as soon as it is
let go, and what else is free is given back from time to time. Other C libraries are left alone.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Of glibc's ``malloc.h``."""

ARENAS = 4
PICTURE_BYTES = 128 * 1024
TRIM_EVERY_S = 15.0


class Heap:
    """The heap of this process.

    Args:
        library: The C library; by default the one that this process uses.

    Attributes:
        is_known: Whether it can be bounded and trimmed.
    """

    def __init__(self, library: ctypes.CDLL | None = None) -> None:
        self._library = library or ctypes.CDLL(None)
        names = ("gnu_get_libc_version", "mallopt", "malloc_trim")
        self.is_known = all(hasattr(self._library, name) for name in names)

    def bound(self) -> bool:
        """Few arenas, and pictures mapped apart; to be called before threads are started."""
        if not self.is_known:
            return False
        settings = ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, PICTURE_BYTES))
        taken = [self._library.mallopt(name, value) for name, value in settings]
        return all(taken)

    def trim(self) -> bool:
        """Give back what is free; whether there was anything."""
        return self.is_known and bool(self._library.malloc_trim(0))

    @contextmanager
    def trimmed(self, every_s: float = TRIM_EVERY_S) -> Iterator[None]:
        """Trim from time to time until the block is left."""
        stopping = threading.Event()
        thread = threading.Thread(target=self._keep_trim, args=(stopping, every_s), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join(1.0)

    def _keep_trim(self, stopping: threading.Event, every_s: float) -> None:
        while not stopping.wait(every_s):
            self.trim()
