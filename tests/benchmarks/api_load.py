"""Load on a running service: ``python -m tests.benchmarks.api_load URL KEY [RATE] [SECONDS]``.

Requests are sent at their time whether or not earlier ones were answered (open loop), over kept
connections; a late answer so delays no request, and the time is counted from when it was due. A
page is asked for by every kind of filter, and deep cursors as often as first pages. Prints JSON.
"""

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from urllib.parse import urlsplit

FILTERS = (
    "",
    "window_id=A03",
    "rule_id=phone_use",
    "review=unreviewed",
    "review=confirmed&rule_id=smoking",
    "status=open",
    "status=closed&order=oldest",
    "min_score=0.99",
    "window_id=A01&window_id=A02&rule_id=vest",
    "from=2026-06-01T00:00:00Z&to=2026-06-08T00:00:00Z",
    "window_id=A07&from=2026-03-01T00:00:00Z&min_score=0.5",
)
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
    for query in FILTERS:
        address = f"/api/v1/events?limit=500&{query}"
        for _ in range(10):
            _, body = await connection.get(address)
            cursor = json.loads(body)["next"]
            address = f"/api/v1/events?{query}{'&' if query else ''}cursor={cursor}"
            if cursor is None:
                break
            addresses.append(address)
    return addresses


async def run(url: str, key: str, rate: float, seconds: float) -> dict[str, object]:
    """Send at ``rate`` for so long; milliseconds by kind of request."""
    place = urlsplit(url)
    pool: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(Connection(place.hostname or "", place.port or 80, key))
    first = [f"/api/v1/events?{query}" for query in FILTERS]
    deep = await deep_cursors(await pool.get())
    times: dict[str, list[float]] = defaultdict(list)
    statuses: dict[int, int] = defaultdict(int)

    async def one(due: float, kind: str, path: str) -> None:
        connection = await pool.get()
        status, _ = await connection.get(path)
        times[kind].append((time.perf_counter() - due) * 1000)
        statuses[status] += 1
        pool.put_nowait(connection)

    began, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        kind, paths = random.choice((("first", first), ("deep", deep)))
        tasks.append(asyncio.create_task(one(due, kind, random.choice(paths))))
    await asyncio.gather(*tasks)
    took = time.perf_counter() - began
    return {
        "rate": rate,
        "answered_per_s": round(len(tasks) / took, 1),
        "statuses": dict(statuses),
        **{f"{kind}_ms": quantiles(sorted(found)) for kind, found in sorted(times.items())},
    }


def quantiles(found: list[float]) -> dict[str, float]:
    return {
        name: round(found[min(len(found) - 1, int(len(found) * share))], 1)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))
    }


if __name__ == "__main__":
    address, secret, *rest = sys.argv[1:]
    wanted, lasting = (
        (float(value) for value in (*rest, "200", "20")[:2]) if rest else (200.0, 20.0)
    )
    print(json.dumps(asyncio.run(run(address, secret, wanted, lasting))))
