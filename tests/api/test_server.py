"""Starting the service as a process."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError

from api.settings import ServiceSettings
from vision.errors import UsageError

PROGRAM = """
import sys
from pathlib import Path
from api.server import serve
from api.settings import ServiceSettings
serve(ServiceSettings(db=sys.argv[1], evidence=Path(sys.argv[2]), port=int(sys.argv[3])))
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder / "e.db"), str(folder / "evidence"), str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def answer_of(url: str, key: str) -> int:
    deadline = time.monotonic() + 30
    while True:
        try:
            return httpx2.get(url, headers={"Authorization": f"Bearer {key}"}).status_code
        except httpx2.ConnectError:
            assert time.monotonic() < deadline, "the service does not answer"
            time.sleep(0.1)


def stopped(process: subprocess.Popen[str]) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=20)


def test_key_is_printed_at_the_first_start_only(tmp_path: Path) -> None:
    with started(tmp_path) as (address, process):
        line = process.stdout.readline()
        key = re.search(r"dpk_\S+", process.stdout.readline()).group()
        assert address in line
        assert answer_of(f"{address}/api/v1/events", key) == 200
        out, log = stopped(process)
        assert process.returncode == 0
    assert key not in out + log
    assert "/api/v1/events" in [json.loads(line).get("path") for line in log.splitlines()]
    with started(tmp_path) as (address, process):
        assert answer_of(f"{address}/api/v1/events", key) == 200
        out, log = stopped(process)
    assert "dpk_" not in out + log


@pytest.mark.parametrize(
    "changes",
    [
        {"api_key": "short"},
        {"port": 70_000},
        {"root_path": "no-slash"},
        {"root_path": "/ends/"},
        {"colour": "red"},
    ],
)
def test_settings_that_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ServiceSettings(db="e.db", evidence=Path("e"), **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"api_key": "tooshort"}, "DEPORTMENT_API_KEY: .* at least 16"),
        ({"root_path": "x", "port": -1}, "port: .*; --root-path: "),
    ],
)
def test_mistakes_of_a_command_line_are_named_without_the_key(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        ServiceSettings.given(db="e.db", evidence=Path("e"), **changes)
    assert "tooshort" not in str(raised.value)
