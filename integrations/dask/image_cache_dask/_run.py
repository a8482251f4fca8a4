"""Plans on a worker, renders one shard a task, merges on a worker."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from distributed import Client, as_completed, get_worker

from ._program import INCOMPLETE, Failed, call, render_shard


@dataclass(frozen=True)
class Plan:
    """What a run makes, as `image-cache plan` says it."""

    hash: str
    ends: int
    makeable: int
    missing: int
    estimated_bytes: int
    #: When the clock makes it another plan, and the `--end` that settles that.
    changes_at: str | None
    settled_end: str | None
    #: Series that are refused, with the reason.
    refused: tuple[str, ...]


def _plan(program: str, args: list[str], cwd: str | None) -> Plan:
    status, lines, said = call([program, "plan", "--format", "json", *args], cwd)
    summary = lines[-1] if lines else {}
    if status not in (0, INCOMPLETE) or summary.get("type") != "summary":
        raise Failed("plan", status, said)
    refused = (f"{line['symbol']} {line['interval']}: {line['reason']}" for line in lines if line["type"] == "refused")
    fields = ("ends", "makeable", "missing", "estimated_bytes", "changes_at", "settled_end")
    return Plan(hash=summary["plan"], refused=tuple(refused), **{field: summary[field] for field in fields})


def _render(command: list[str], cwd: str | None, patience: float, topic: str, shard: int) -> dict:
    worker = get_worker()

    def tell(line: dict) -> None:
        worker.log_event(topic, {"shard": shard, **line})

    status, summary, said = render_shard(command, cwd, patience, tell)
    # Wrong usage stays wrong, so it is no error that Dask should try again.
    if status not in (0, 2):
        raise Failed(f"shard {shard}", status, said)
    return {"shard": shard, "status": status, "said": said, **summary}


def _merge(program: str, into: str, indexes: list[str], options: list[str], cwd: str | None) -> dict:
    status, lines, said = call([program, "merge", "--format", "json", *options, into, *indexes], cwd)
    if status != 0:
        raise Failed("merge", status, said)
    return lines[-1]


class _Total:
    """Progress of all shards together, told about once a second."""

    def __init__(self, ends: int, tell: Callable[[dict], None]) -> None:
        self._ends, self._tell = ends, tell
        self._shards: dict[int, dict] = {}
        self._told = time.monotonic()
        self._lock = threading.Lock()

    def take(self, event: object) -> None:
        # Dask hands over the time and what was logged.
        line = event[1] if isinstance(event, tuple) else event
        if not isinstance(line, dict) or "shard" not in line:
            return
        with self._lock:
            self._shards[line["shard"]] = line
            if time.monotonic() - self._told >= 1:
                self._told = time.monotonic()
                self._tell(self.line())

    def line(self) -> dict:
        total = {field: sum(line.get(field) or 0 for line in self._shards.values()) for field in ("done", "made", "failed")}
        return {**total, "total": self._ends, "shards_seen": len(self._shards)}


def make_plan(client: Client, args: Sequence[str], *, program: str = "image-cache", cwd: str | None = None) -> Plan:
    """Plans on a worker what `image-cache render` with these arguments makes."""
    return client.submit(_plan, program, list(args), cwd, pure=False).result()


def run(
    client: Client,
    args: Sequence[str],
    *,
    shards: int,
    into: str = "image_cache.sqlite",
    program: str = "image-cache",
    cwd: str | None = None,
    jobs: int = 1,
    retries: int = 3,
    patience: float = 600,
    merge_options: Sequence[str] = (),
    progress: Callable[[dict], None] | None = None,
) -> dict:
    """Renders what `image-cache render` with these arguments makes, in so many shards, and merges them.

    Gives the summary of the merge. Raises `Failed` where a shard fails `retries` times more than once;
    all other shards are finished then, and the same call goes on from there.
    """
    plan = make_plan(client, args, program=program, cwd=cwd)
    stem, extension = os.path.splitext(into)
    indexes = [f"{stem}.{shard}-of-{shards}{extension}" for shard in range(shards)]

    def command(shard: int) -> list[str]:
        own = ["--shard", f"{shard}/{shards}", "--plan", plan.hash, "--index", indexes[shard]]
        how = ["--jobs", str(jobs), "--format", "json", "--progress", "json"]
        return [program, "render", *args, *own, *how]

    # Results of an earlier run with the same arguments prove nothing about files of today.
    name = f"image-cache-{uuid.uuid4().hex[:12]}"
    total = _Total(plan.ends, progress or (lambda line: None))
    client.subscribe_topic(name, total.take)
    try:
        futures = [
            client.submit(
                _render, command(shard), cwd, patience, name, shard,
                key=f"{name}-{shard}", retries=retries, pure=False,
            )
            for shard in range(shards)
        ]
        failed: list[Failed] = []
        for future in as_completed(futures):
            error = future.exception()
            if isinstance(error, Failed):
                failed.append(error)
            elif error is not None:
                # A worker that died too often, say.
                failed.append(Failed(str(future.key), -1, repr(error)))
            elif (result := future.result())["status"] != 0:
                failed.append(Failed(f"shard {result['shard']}", result["status"], result["said"]))
    finally:
        client.unsubscribe_topic(name)
    # A refused series falls to one shard, whose other pictures are made.
    lasting = [error for error in failed if error.status != INCOMPLETE or not plan.refused]
    if lasting:
        raise lasting[0]
    result = client.submit(
        _merge, program, into, indexes, list(merge_options), cwd, key=f"{name}-merge", retries=retries, pure=False
    ).result()
    if progress is not None:
        progress({**total.line(), "done": plan.ends})
    return {**result, "refused": list(plan.refused)}
