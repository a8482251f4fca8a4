"""The program image-cache, as a worker runs it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable

#: What the program says where another process writes to the same index.
IN_USE = "in use by another image-cache"
#: A plan says so of a series that is refused, and is one nevertheless.
INCOMPLETE = 1
#: Wrong usage, which stays wrong.
USAGE = 2


class Failed(RuntimeError):
    """The program ended with a status that says so."""

    def __init__(self, what: str, status: int, said: str) -> None:
        super().__init__(what, status, said)
        self.what, self.status, self.said = what, status, said

    def __str__(self) -> str:
        return f"{self.what} ended with status {self.status}: {self.said}"


def call(
    command: list[str], cwd: str | None, progress: Callable[[dict], None] | None = None
) -> tuple[int, list[dict], str]:
    """Runs a command to its end; gives its status, the JSON lines it printed, and what else it said."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines: list[dict] = []
    said: list[str] = []
    with process:
        assert process.stdout is not None
        for text in process.stdout:
            try:
                line = json.loads(text)
            except ValueError:
                line = None
            if not isinstance(line, dict):
                said.append(text.strip())
            elif line.get("type") != "progress":
                lines.append(line)
            elif progress is not None:
                progress(line)
    return process.returncode, lines, "; ".join(text for text in said if text)


def render_shard(
    command: list[str],
    cwd: str | None,
    patience: float,
    progress: Callable[[dict], None] | None = None,
) -> tuple[int, dict, str]:
    """Renders a shard; waits as long as `patience` seconds for another process that is at it.

    That is how a shard ends up whose worker was killed while the program went on.
    """
    until = time.monotonic() + patience
    while True:
        status, lines, said = call(command, cwd, progress)
        if status == 0 or IN_USE not in said or time.monotonic() > until:
            return status, lines[-1] if lines else {}, said
        time.sleep(1)
