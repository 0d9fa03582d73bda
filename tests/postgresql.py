"""A PostgreSQL server of its own for a test run, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
BINARIES = Path(shutil.which("initdb") or (_DEBIAN[-1] if _DEBIAN else ".") / "initdb").parent
MISSING = not (BINARIES / "initdb").exists()
WHY = "PostgreSQL is not installed (Debian: apt-get install postgresql)"


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give the URL of its first database; stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server refuses to run as root, and Debian's package brings an account for it.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, user.pw_uid, user.pw_gid)

    def run(tool: str, *arguments: str) -> None:
        subprocess.run(
            [BINARIES / tool, "-D", folder / "data", *arguments],
            check=True,
            user=user.pw_uid,
            group=user.pw_gid,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )

    try:
        run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={quote(str(folder))}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
