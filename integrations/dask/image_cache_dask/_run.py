"""Plans on a worker, renders one shard a task, merges on a worker."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from distributed import Client, as_completed, get_worker

from ._program import INCOMPLETE, USAGE, Failed, call, render_shard

#: Arguments of `image-cache render` that have another place here, or none.
_NOT_TAKEN = {
    "--index": "say `into`, the merged index",
    "--jobs": "say `jobs`, the threads of a shard",
    "--geometry": "set IMAGE_CACHE_GEOMETRY where the workers run; each shard adds its number",
    "--dry-run": "`make_plan` says what would be made",
    "--max-seconds": "a shard that is stopped would only be run again",
    **dict.fromkeys(("--shard", "--plan", "--format", "--progress", "--quiet", "-q"), "it is set for each shard"),
}


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
    #: Ends of other series that are.
    refused_ends: int


def _plan(program: str, args: list[str], cwd: str | None) -> Plan:
    status, lines, said = call([program, "plan", "--format", "json", *args], cwd)
    summary = lines[-1] if lines else {}
    if status not in (0, INCOMPLETE) or summary.get("type") != "summary":
        raise Failed("plan", status, said)
    refused = (f"{line['symbol']} {line['interval']}: {line['reason']}" for line in lines if line["type"] == "refused")
    fields = ("ends", "makeable", "missing", "estimated_bytes", "changes_at", "settled_end", "refused_ends")
    return Plan(hash=summary["plan"], refused=tuple(refused), **{field: summary[field] for field in fields})


def _render(command: list[str], cwd: str | None, patience: float, topic: str, shard: int) -> dict:
    worker = get_worker()

    def tell(line: dict) -> None:
        worker.log_event(topic, {"shard": shard, **line})

    status, summary, said = render_shard(command, cwd, patience, tell)
    if status == 0 and summary.get("dry_run"):
        status = USAGE
        said = "dry-run is set, in IMAGE_CACHE_DRY_RUN or image-cache.toml, where the workers run; unset it"
    elif status == 0 and not summary.get("finished"):
        raise Failed(f"shard {shard}", status, said or "it is not finished")
    # Wrong usage is no error that Dask should try again.
    if status not in (0, USAGE):
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


def _check(args: list[str], shards: int) -> None:
    if shards < 1:
        raise ValueError(f"shards must be 1 or more, not {shards}")
    for arg in args:
        flag = arg.partition("=")[0]
        if flag in _NOT_TAKEN:
            raise ValueError(f"{flag} is not taken here: {_NOT_TAKEN[flag]}")


def _for_merge(args: list[str]) -> list[str]:
    """What merge must be told as well: it reads the same variables and configuration, which these beat."""
    flags = ("--root", "--config")
    pairs = (pair for pair in zip(args, args[1:]) if pair[0] in flags)
    words = (arg for arg in args if arg.startswith(tuple(f"{flag}=" for flag in flags)))
    return [*(word for pair in pairs for word in pair), *words]


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
    all other shards are finished then, and the same call goes on from there. What the plan refuses,
    a series or an end, fails no shard; the result lists it.
    """
    args = list(args)
    _check(args, shards)
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
    if failed:
        raise failed[0]
    options = [*_for_merge(args), *merge_options]
    result = client.submit(
        _merge, program, into, indexes, options, cwd, key=f"{name}-merge", retries=retries, pure=False
    ).result()
    if progress is not None:
        progress({**total.line(), "done": plan.ends})
    return {**result, "refused": list(plan.refused), "refused_ends": plan.refused_ends}
