"""Pictures of Python are those of the program."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import image_cache as ic
import numpy as np
import pytest
from PIL import Image

SPECS = [
    {},
    {"preset": "cnn"},
    {"preset": "price-trends"},
    {"preset": "vlm"},
    {"size": (640, 480), "style": "yahoo", "overlay": ["sma:20", "bollinger:20,2"], "title": True},
    {"size": 300, "kind": "hollow", "volume": False, "grid": False, "indicator": ["rsi:14"], "window": 40},
    {"size": (320, 200), "kind": "heikin-ashi", "scale": "log", "color": "indexed", "last_price": True},
    {"size": 224, "window": 64, "axes": "bare"},
]


def flags(knobs: dict[str, object]) -> list[str]:
    words = []
    for name, value in knobs.items():
        flag = name.replace("_", "-")
        if value is False:
            words.append(f"--no-{flag}")
        elif value is True:
            words.append(f"--{flag}")
        elif isinstance(value, tuple):
            words += [f"--{flag}", "x".join(map(str, value))]
        elif isinstance(value, list):
            words += [word for item in value for word in (f"--{flag}", item)]
        else:
            words += [f"--{flag}", str(value)]
    return words


def end(file: Path) -> np.datetime64:
    """The time in a picture's name, such as `2023-01-07T05-00-00`."""
    day, clock = file.name.split("_")[2].split("T")
    return np.datetime64(f"{day}T{clock.replace('-', ':')}")


@pytest.mark.parametrize("knobs", SPECS, ids=str)
def test_files_and_frames_are_those_that_the_program_writes(
    knobs: dict[str, object], hours: ic.Series, tmp_path: Path
) -> None:
    where = ["--root", str(tmp_path / "pictures"), "--index", str(tmp_path / "index.sqlite")]
    which = ["--symbol", "BTCUSDT", "--interval", "1h", "--stride", "125", "--quiet"]
    command = [sys.executable, "-m", "image_cache", "render", "--sample", *where, *which, *flags(knobs)]
    subprocess.run(command, check=True, cwd=tmp_path)
    files = sorted((tmp_path / "pictures").rglob("*.png"))
    assert len(files) > 20
    spec = ic.Spec(**knobs)
    times = [end(file) for file in files]
    frames = hours.frames(times, spec)
    grays = hours.frames(times, spec, channels="gray")
    for file, time, frame, gray in zip(files, times, frames, grays, strict=True):
        picture = hours.draw(time, spec)
        assert picture.png == file.read_bytes(), file.name
        decoded = Image.open(io.BytesIO(picture.png)).convert("RGB")
        assert (np.asarray(decoded) == frame).all(), file.name
        assert (np.asarray(decoded.convert("L")) == gray[..., 0]).all(), file.name
        assert (np.asarray(picture) == frame).all(), file.name


def test_indices_are_places_in_the_palette(hours: ic.Series) -> None:
    spec = ic.Spec(preset="cnn")
    ends = hours.ends(spec)[:50]
    palette = np.array(spec.palette, dtype=np.uint8)
    assert (palette[hours.frames(ends, spec, channels="index")[..., 0]] == hours.frames(ends, spec)).all()


def test_a_spec_without_a_palette_has_no_indices(hours: ic.Series) -> None:
    with pytest.raises(ValueError, match="ask for rgb or gray"):
        hours.frames([200], ic.Spec(overlay=["sma:5"]), channels="index")


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_never_show(hours: ic.Series, threads: int) -> None:
    spec = ic.Spec(size=64, window=30, axes="bare")
    frames = hours.frames(spec=spec, threads=threads)
    assert (frames == hours.frames(spec=spec, threads=3)).all()
    one = [np.asarray(hours.draw(int(end), spec)) for end in hours.ends(spec)[-5:]]
    assert (frames[-5:] == one).all()


def test_out_is_drawn_into_and_must_fit(hours: ic.Series) -> None:
    spec = ic.Spec(size=64, window=30, axes="bare")
    ends = hours.ends(spec)[:9]
    out = np.full((9, 64, 64, 3), 7, dtype=np.uint8)
    assert hours.frames(ends, spec, out=out) is out
    assert (out == hours.frames(ends, spec)).all()
    with pytest.raises(ValueError, match=r"out has the shape \[8, 64, 64, 3\], not \[9, 64, 64, 3\]"):
        hours.frames(ends, spec, out=out[:8])
    with pytest.raises(ValueError, match="contiguous"):
        hours.frames(ends, spec, out=np.zeros((64, 9, 64, 3), dtype=np.uint8).swapaxes(0, 1))
    with pytest.raises(ValueError, match="C-contiguous"):
        hours.frames(ends, spec, out=np.zeros((9, 64, 64, 3), dtype=np.uint8, order="F"))
    with pytest.raises(ValueError, match="threads is 1 or more"):
        hours.frames(ends, spec, threads=-1)
    with pytest.raises(TypeError, match="uint8"):
        hours.frames(ends, spec, out=out.astype(np.int32))


def test_too_many_frames_are_a_memory_error(hours: ic.Series) -> None:
    with pytest.raises(MemoryError, match="draw fewer at a time"):
        hours.frames(np.full(10**8, 500), size=1024)
