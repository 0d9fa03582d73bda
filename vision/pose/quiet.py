"""Keeps the start-up chatter of C++ libraries off the terminal."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Swallow what is written to file descriptor 2, unless the block raises.

    MediaPipe 1.2 has no switch for its log. The descriptor belongs to the whole process, so keep
    the block short and at start-up. If it raises, everything held back is written after all.
    """
    sys.stderr.flush()
    saved = os.dup(_STDERR)
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), _STDERR)
        failed = True
        try:
            yield
            failed = False
        finally:
            sys.stderr.flush()
            os.dup2(saved, _STDERR)
            os.close(saved)
            if failed:
                held_back.seek(0)
                os.write(_STDERR, held_back.read())
