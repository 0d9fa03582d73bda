"""Load on a running service: ``python -m tests.benchmarks.api_load URL KEY [RATE] [SECONDS] [PID]``.

``deportment serve`` runs in a process of its own, over a database that
``python -m tests.benchmarks.million`` filled. Requests are sent at their time whether or not earlier
ones were answered (open loop), over kept connections; a late answer so delays no request, and the
time is counted from when it was due. Pages are asked for by every combination of filters, and deep
cursors as often as first pages. Prints JSON, with a row for every minute; with the service's PID also
its memory and its processor time per request, which says more than times on a busy machine.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import defaultdict
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

PARTS = (
    ("", "window_id=A03", "window_id=A01&window_id=A02&window_id=A05"),
    ("", "rule_id=phone_use", "rule_id=leaving_post"),
    ("", "review=unreviewed", "review=overturned"),
    ("", "status=open", "status=closed"),
    ("", "min_score=0.5", "min_score=0.99", "min_score=0.9999"),
    ("", "from=2026-06-01T00:00:00Z&to=2026-06-08T00:00:00Z", "from=2026-03-01T00:00:00Z"),
    ("", "order=oldest"),
)
FILTERS = tuple("&".join(filter(None, parts)) for parts in product(*PARTS))
MOST_DEEP = 40
CONNECTIONS = 64


class Connection:
    """One kept HTTP/1.1 connection."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self.host, self.port, self.key = host, port, key
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        try:
            return await self._get(path)
        except (ConnectionError, asyncio.IncompleteReadError):  # kept for too long
            self.streams = None
            return await self._get(path)

    async def _get(self, path: str) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.key}\r\n\r\n"
        writer.write(head.encode())
        raw = await reader.readuntil(b"\r\n\r\n")
        lines = raw.decode("latin-1").lower().split("\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
        return int(lines[0].split()[1]), await reader.readexactly(length)


async def deep_cursors(connection: Connection) -> list[str]:
    """Addresses of pages deep in the list of every filter."""
    addresses = []
    for query in random.sample(FILTERS, MOST_DEEP):
        address = f"/api/v1/events?limit=500&{query}"
        for _ in range(5):
            _, body = await connection.get(address)
            cursor = json.loads(body)["next"]
            address = f"/api/v1/events?{query}{'&' if query else ''}cursor={cursor}"
            if cursor is None:
                break
            addresses.append(address)
    return addresses


def used(pid: int | None) -> tuple[float, float]:
    """Seconds of processor time, and MiB of memory, of a process; zeros without one."""
    if pid is None:
        return 0.0, 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks, pages = int(fields[11]) + int(fields[12]), int(fields[21])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def run(
    url: str, key: str, rate: float, seconds: float, pid: int | None = None
) -> dict[str, object]:
    """Send at ``rate`` for so long; milliseconds by kind of request."""
    place = urlsplit(url)
    pool: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(Connection(place.hostname or "", place.port or 80, key))
    first = [f"/api/v1/events?{query}" for query in FILTERS]
    deep = await deep_cursors(await pool.get())
    times: dict[str, list[float]] = defaultdict(list)
    minutes: dict[int, list[float]] = defaultdict(list)
    minute_mib: dict[int, float] = {}
    statuses: dict[int, int] = defaultdict(int)

    async def one(due: float, kind: str, path: str) -> None:
        connection = await pool.get()
        status, _ = await connection.get(path)
        took_ms = (time.perf_counter() - due) * 1000
        minute = int((due - began) // 60)
        times[kind].append(took_ms)
        minutes[minute].append(took_ms)
        if minute not in minute_mib:
            minute_mib[minute] = round(used(pid)[1], 1)
        statuses[status] += 1
        pool.put_nowait(connection)

    cpu_s, rss_mib = used(pid)
    late_ms: list[float] = []
    # Those under way: to search a long list for garbage would take longer than the answers.
    tasks: set[asyncio.Task[None]] = set()
    began, sent = time.perf_counter(), int(rate * seconds)
    for number in range(sent):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        late_ms.append((time.perf_counter() - due) * 1000)
        kind, paths = random.choice((("first", first), ("deep", deep)))
        task = asyncio.create_task(one(due, kind, random.choice(paths)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    took = time.perf_counter() - began
    cpu_after_s, rss_after_mib = used(pid)
    return {
        "rate": rate,
        "answered_per_s": round(sent / took, 1),
        "statuses": dict(statuses),
        "cpu_ms_per_request": round((cpu_after_s - cpu_s) / sent * 1000, 2),
        "rss_mib": [round(rss_mib, 1), round(rss_after_mib, 1)],
        "load_average": os.getloadavg(),
        "sent_late_ms": quantiles(sorted(late_ms)),
        "all_ms": quantiles(sorted(ms for found in times.values() for ms in found)),
        **{f"{kind}_ms": quantiles(sorted(found)) for kind, found in sorted(times.items())},
        "minutes": [
            {"rss_mib": minute_mib[minute], **quantiles(sorted(found))}
            for minute, found in sorted(minutes.items())
        ],
    }


def quantiles(found: list[float]) -> dict[str, float]:
    return {
        name: round(found[min(len(found) - 1, int(len(found) * share))], 1)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    }


if __name__ == "__main__":
    address, secret, *rest = sys.argv[1:]
    wanted, lasting = map(float, (*rest[:2], *("200", "20")[len(rest[:2]) :]))
    server = int(rest[2]) if len(rest) > 2 else None
    print(json.dumps(asyncio.run(run(address, secret, wanted, lasting, server))))
