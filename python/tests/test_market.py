from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import image_cache as ic
import pandas as pd
import pytest


@pytest.fixture
def file(hours: ic.Series, tmp_path: Path) -> Path:
    """A market database that was imported from a CSV file."""
    hours.to_pandas().iloc[:500].to_csv(tmp_path / "BTCUSDT-1h.csv")
    summary = ic.import_files(tmp_path / "*.csv", tmp_path / "market.sqlite")
    assert summary["refused"] == []
    return tmp_path / "market.sqlite"


def test_an_imported_file_gives_its_candles_back(file: Path, hours: ic.Series) -> None:
    market = ic.Market(file)
    assert market.series == [("BTCUSDT", "1h")]
    expected = hours.to_pandas().iloc[:500]
    pd.testing.assert_frame_equal(market.to_pandas("BTCUSDT", "1h"), expected, check_freq=False)
    assert pickle.loads(pickle.dumps(market)).series == market.series


def test_what_is_absent_is_named_with_what_is_near(market: ic.Market, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="BTCUSDT 1h"):
        market.read("BTCUSD", "1h")
    with pytest.raises(FileNotFoundError):
        ic.Market(tmp_path / "absent.sqlite")
    with pytest.raises(FileNotFoundError, match="no file is called"):
        ic.import_files(tmp_path / "*.csv", tmp_path / "market.sqlite")
    (tmp_path / "note.csv").write_text("nothing,here\n")
    with pytest.raises(ValueError, match=r"nothing was imported: .*note\.csv"):
        ic.import_files(tmp_path / "note.csv", tmp_path / "market.sqlite")
    other = tmp_path / "other.sqlite"
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.commit()
    with pytest.raises(OSError, match="no table"):
        ic.Market(other)


def test_a_market_is_read_while_it_is_written_to(file: Path) -> None:
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM candles")
    assert len(ic.Market(file).read("BTCUSDT", "1h")) == 500
    writer.rollback()


def test_a_cache_is_rendered_verified_and_repaired(file: Path, tmp_path: Path) -> None:
    market, spec = ic.Market(file), ic.Spec(size=64, window=30, axes="bare")
    cache = ic.Cache(tmp_path / "pictures", tmp_path / "index.sqlite")
    made = cache.render(market, spec, stride=10)
    files = sorted((tmp_path / "pictures").rglob("*.png"))
    assert made["series"][0]["rendered"] == len(files) == 47
    files[3].write_bytes(b"no picture")

    def found() -> list[str]:
        kinds = [finding["kind"] for finding in cache.verify(market)["findings"]]
        return [kind for kind in kinds if kind != "missing"]

    assert found() == ["corrupt"]
    [finding] = [one for one in cache.repair(market)["findings"] if one["kind"] == "corrupt"]
    assert (tmp_path / "pictures" / finding.pop("path")).read_bytes() == files[3].read_bytes() != b"no picture"
    assert finding == {
        "kind": "corrupt",
        "symbol": "BTCUSDT",
        "interval": "1h",
        "end": finding["end"],
        "reason": finding["reason"],
        "mended": True,
    }
    assert finding["end"] % 3_600_000 == 0 and finding["reason"]
    assert found() == []
    again = cache.render(market, spec, stride=10)
    assert (again["series"][0]["rendered"], again["series"][0]["unchanged"]) == (0, 47)


def test_progress_is_shown(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market, spec = ic.Market(file), ic.Spec(size=64, window=30, axes="bare")
    cache = ic.Cache(tmp_path / "pictures", tmp_path / "index.sqlite")
    assert cache.render(market, spec, stride=10, progress=True)["series"][0]["rendered"] == 47
    assert "pictures" in capsys.readouterr().err


def test_ctrl_c_stops_frames_soon(hours: ic.Series) -> None:
    code = """
import image_cache as ic, os, signal, threading, time, numpy as np
# Whoever starts the tests in the background may have it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
series = ic.Market().read("BTCUSDT", "1h")
spec = ic.Spec()
ends = np.resize(series.ends(spec), 200)
out = np.empty((200, 1280, 1280, 1), dtype=np.uint8)
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    for _ in range(400):
        series.frames(ends, spec, channels="index", out=out, threads=2)
except KeyboardInterrupt:
    print("stopped")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "stopped\n"), done.stderr


def test_a_fork_while_threads_draw_goes_on(hours: ic.Series) -> None:
    import os

    if not hasattr(os, "fork"):
        pytest.skip("there is no fork")
    spec = ic.Spec(size=64, window=30, axes="bare")
    ends = hours.ends(spec)[:200]
    expected = hours.frames(ends, spec)
    stop = threading.Event()
    drawers = [
        threading.Thread(target=lambda: [hours.frames(ends, spec) for _ in iter(stop.is_set, True)]) for _ in range(2)
    ]
    for drawer in drawers:
        drawer.start()
    try:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                os._exit(0 if (hours.frames(ends, spec, threads=2) == expected).all() else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        for drawer in drawers:
            drawer.join()


def test_the_program_runs_from_python(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "image_cache"]
    done = subprocess.run([*command, "selftest"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([*command, "draw", "absent.csv"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode != 0
    assert "absent.csv" in done.stderr
