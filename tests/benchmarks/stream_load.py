"""Many streams at once: ``python -m tests.benchmarks.stream_load URL KEY DB [CLIENTS] [EVENTS]``.

Writes events into the database of a running service and measures how long each takes to reach
every open stream; also whether any stream lost or repeated one. Prints JSON.
"""

import asyncio
import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from urllib.parse import urlsplit

from tests.benchmarks.million import event
from vision.ports import Batch
from vision.store import SqlStore

EVERY_S = 0.5


async def listen(url: str, key: str, seen: list[tuple[str, float]], ready: asyncio.Event) -> None:
    """Note when every event came."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port or 80)
    head = f"GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n"
    writer.write(head.encode())
    while line := await reader.readline():
        if line.startswith(b"event: ready"):
            ready.set()
        if line.startswith(b"data: {") and b'"id"' in line:
            seen.append((json.loads(line[6:])["id"], time.perf_counter()))


async def run(url: str, key: str, db: str, clients: int, events: int) -> dict[str, object]:
    """Delays over all streams, in milliseconds."""
    seen: list[list[tuple[str, float]]] = [[] for _ in range(clients)]
    ready = [asyncio.Event() for _ in range(clients)]
    tasks = [
        asyncio.create_task(listen(url, key, one, flag))
        for one, flag in zip(seen, ready, strict=True)
    ]
    await asyncio.gather(*(flag.wait() for flag in ready))
    sent: dict[str, float] = {}
    with SqlStore(db) as store:
        for number in range(events):
            name = f"02S{int(time.time() * 1000)}{number:04}"
            made = replace(
                event(number, events + 100, Random(number)), id=name, started_at=datetime.now(UTC)
            )
            await asyncio.to_thread(store.commit, Batch([replace(made, ended_at=None)]))
            sent[name] = time.perf_counter()
            await asyncio.sleep(EVERY_S)
        await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    delays = sorted((at - sent[name]) * 1000 for one in seen for name, at in one if name in sent)
    names = list(sent)
    return {
        "clients": clients,
        "events": events,
        "exactly_once": sum([name for name, _ in one if name in sent] == names for one in seen),
        "p50_ms": round(delays[len(delays) // 2], 1),
        "p99_ms": round(delays[int(len(delays) * 0.99)], 1),
        "max_ms": round(delays[-1], 1),
    }


if __name__ == "__main__":
    address, secret, database, *rest = sys.argv[1:]
    many, often = map(int, (*rest[:2], *("200", "10")[len(rest[:2]) :]))
    print(json.dumps(asyncio.run(run(address, secret, database, many, often))))
