"""A cluster of two worker processes makes what one process makes, even if one of them is killed.

PROGRAM is image-cache. Run by `cargo xtask dask`.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import psutil
from distributed import Client, LocalCluster

import image_cache_dask

# No name that begins with IMAGE_CACHE_: such variables are the program's own settings.
PROGRAM = os.path.abspath(os.environ["PROGRAM"])
ARGS = ["--sample", "--stride", "1", "--size", "640"]
SHARDS = 8


def tree(root: Path) -> dict[str, str]:
    """Every file below a folder, with its hash."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def dump(index: Path) -> list[tuple]:
    """The rows and specs of an index, `created_utc` aside."""
    with sqlite3.connect(f"file:{index}?mode=ro", uri=True) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(images)") if row[1] != "created_utc"]
        columns = ", ".join(names)
        rows = connection.execute(f"SELECT {columns} FROM images ORDER BY {columns}").fetchall()
        return rows + connection.execute("SELECT * FROM specs ORDER BY 1").fetchall()


def finished(folder: Path) -> int:
    """How many shards have all their rows."""
    count = 0
    for index in folder.glob("image_cache.*-of-*.sqlite"):
        with sqlite3.connect(f"file:{index}?mode=ro", uri=True) as connection:
            try:
                count += connection.execute("SELECT count(*) FROM meta WHERE key = 'finished'").fetchone()[0]
            except sqlite3.OperationalError:
                pass  # It is being made.
    return count


class ClusterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.whole = Path(cls.folder.name) / "whole"
        cls.whole.mkdir()
        subprocess.run([PROGRAM, "render", "--quiet", *ARGS], cwd=cls.whole, check=True)
        cls.tree = tree(cls.whole / "sample/image-cache")
        cls.dump = dump(cls.whole / "sample/image_cache.sqlite")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def place(self, name: str) -> Path:
        place = Path(self.folder.name) / name
        (place / "sample").mkdir(parents=True)
        return place

    def run_and_kill(self, name: str, kill: list[str]) -> None:
        """Kills a worker that is at work, once a shard is finished and others are not; then compares."""
        place = self.place(name)
        told: list[dict] = []
        outcome: dict = {}
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
        with cluster, Client(cluster) as client:
            pids = client.run(os.getpid)
            self.assertEqual(len(set(pids.values())), 2)

            def work() -> None:
                try:
                    outcome["result"] = image_cache_dask.run(
                        client, ARGS, shards=SHARDS, into="sample/image_cache.sqlite",
                        program=PROGRAM, cwd=str(place), progress=told.append,
                    )
                except BaseException as error:
                    outcome["error"] = error

            thread = threading.Thread(target=work)
            thread.start()
            until = time.monotonic() + 300
            while finished(place / "sample") < 2 and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.02)
            busy: list[tuple[int, list[psutil.Process]]] = []
            # Between two shards a worker is idle for a moment.
            while not busy and thread.is_alive():
                busy = [
                    (pid, children)
                    for pid in pids.values()
                    if (children := [it for it in psutil.Process(pid).children() if "image-cache" in it.name()])
                ]
            self.assertTrue(busy, "no worker is at work")
            at_kill = finished(place / "sample")
            pid, children = busy[0]
            os.kill(pid, signal.SIGKILL)
            if "program" in kill:
                for child in children:
                    child.kill()
            self.assertLess(at_kill, SHARDS, "the run is over already")
            thread.join(timeout=600)
            self.assertFalse(thread.is_alive(), "the run comes to no end")
            if "error" in outcome:
                raise outcome["error"]
            self.assertNotEqual(set(client.run(os.getpid).values()), set(pids.values()), "no worker has died")
        result = outcome["result"]
        self.assertEqual((result["shards"], result["missing_shards"]), (f"0-{SHARDS - 1}/{SHARDS}", None))
        self.assertEqual(result["ok"], len(self.tree))
        self.assertEqual(told[-1]["done"], told[-1]["total"])
        self.assertGreater(len(told), 1)
        self.assertEqual(tree(place / "sample/image-cache"), self.tree)
        self.assertEqual(dump(place / "sample/image_cache.sqlite"), self.dump)
        print(
            f"{name}: killed worker {pid} with {at_kill} of {SHARDS} shards finished; "
            f"{len(self.tree)} pictures and {len(self.dump)} rows are those of one process",
            flush=True,
        )

    def test_a_worker_dies_with_its_program_as_with_its_machine(self) -> None:
        self.run_and_kill("machine", ["worker", "program"])

    def test_a_worker_dies_and_its_program_goes_on(self) -> None:
        self.run_and_kill("worker", ["worker"])

    def test_what_is_wrong_for_every_shard_is_told(self) -> None:
        place = self.place("wrong")
        with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                with self.assertRaises(image_cache_dask.Failed) as caught:
                    image_cache_dask.run(client, ["--sample", "--size", "3"], shards=2, program=PROGRAM, cwd=str(place))
                self.assertEqual((caught.exception.what, caught.exception.status), ("plan", 2))
                self.assertIn("8 to 8192", str(caught.exception))
        self.assertEqual(list((place / "sample").iterdir()), [])

    def run_here(self, place: Path, args: list[str], shards: int = 3) -> dict:
        with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                return image_cache_dask.run(client, args, shards=shards, program=PROGRAM, cwd=str(place))

    def test_what_the_plan_refuses_fails_no_shard_and_merge_gets_the_root_that_was_given(self) -> None:
        place = self.place("refused")
        market(place / "market.sqlite")
        (place / "image-cache.toml").write_text('root = "elsewhere"\nquiet = true\n')
        result = self.run_here(place, ["--size", "16", "--window", "10", "--root", "pictures"])
        self.assertEqual((result["refused_ends"], result["missing_shards"]), (2, None))
        self.assertEqual([text.partition(":")[0] for text in result["refused"]], ["TWICE 1h"])
        self.assertEqual(result["ok"], len(tree(place / "pictures")))
        self.assertGreater(result["ok"], 30)
        self.assertFalse((place / "elsewhere").exists())

    def test_a_dry_run_and_what_is_not_taken_are_told(self) -> None:
        place = self.place("dry")
        market(place / "market.sqlite")
        for flag in ("--index", "--jobs=3", "--geometry", "--dry-run"):
            with self.assertRaisesRegex(ValueError, f"{flag.partition('=')[0]} is not taken here"):
                self.run_here(place, [flag])
        with self.assertRaisesRegex(ValueError, "1 or more"):
            self.run_here(place, [], shards=0)
        (place / "image-cache.toml").write_text("dry-run = true\n")
        with self.assertRaisesRegex(image_cache_dask.Failed, "dry-run is set"):
            self.run_here(place, ["--size", "16", "--window", "10"])
        self.assertFalse((place / "image_cache.sqlite").exists())


def market(file: Path) -> None:
    """A market database with a series that has two ends off the second, and one that has a candle twice."""
    hour, start = 3_600_000, 1_672_531_200_000
    times = [start + step * hour for step in range(50)]
    with sqlite3.connect(file) as connection:
        connection.executescript(
            """CREATE TABLE symbols(id INTEGER PRIMARY KEY, symbol TEXT);
            CREATE TABLE intervals(id INTEGER PRIMARY KEY, code TEXT, ms INTEGER);
            CREATE TABLE series(id INTEGER PRIMARY KEY, symbol_id INTEGER, interval_id INTEGER);
            CREATE TABLE candles(series_id, open_time, open, high, low, close, volume);
            INSERT INTO symbols VALUES (1, 'OFF'), (2, 'TWICE');
            INSERT INTO series VALUES (1, 1, 1), (2, 2, 1);"""
        )
        connection.execute("INSERT INTO intervals VALUES (1, '1h', ?)", (hour,))
        candles = [(1, at) for at in [*times, times[20] + 500, times[30] + 500]] + [(2, at) for at in [*times, times[7]]]
        connection.executemany("INSERT INTO candles VALUES (?, ?, 1, 2, 0.5, 1.5, 3)", candles)
    connection.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
