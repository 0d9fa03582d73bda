import os

import pytest

from vision.pose.quiet import quiet_stderr


def test_what_libraries_write_is_swallowed(capfd):
    with quiet_stderr():
        os.write(2, b"I0000 chatter\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def fail_quietly():
    with quiet_stderr():
        os.write(2, b"E0000 why\n")
        raise RuntimeError


def test_it_is_shown_after_all_when_something_fails(capfd):
    with pytest.raises(RuntimeError):
        fail_quietly()
    assert capfd.readouterr().err == "E0000 why\n"
