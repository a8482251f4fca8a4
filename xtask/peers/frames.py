"""How fast frames are drawn in Python, in turn with reading the same pictures back: one thread, medians.

Prints a table of Markdown. Called by `cargo xtask bench --python`.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

import image_cache as ic
import numpy as np
import torch
from image_cache.torch import ChartDataset, Loader
from PIL import Image
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.io import decode_image
from torchvision.transforms import PILToTensor

ROUNDS = 9
torch.set_num_threads(1)
market = ic.Market()
series = market.read("BTCUSDT", "1h")


def in_turns(tasks: dict[str, Callable[[], int]], clock: Callable[[], float] = time.process_time) -> dict[str, float]:
    """Microseconds of processor time a picture, the median of rounds in which each task had a turn."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS + 1):
        for name, task in tasks.items():
            begin = clock()
            count = task()
            times[name].append((clock() - begin) / count * 1e6)
    # The first round only warms up.
    return {name: statistics.median(some[1:]) for name, some in times.items()}


def frames(spec: ic.Spec, channels: str, count: int, batch: int) -> Callable[[], int]:
    ends = series.ends(spec)[:batch]
    out = series.frames(ends, spec, channels=channels, threads=1)

    def draw() -> int:
        for _ in range(count // batch):
            series.frames(ends, spec, channels=channels, out=out, threads=1)
        return count // batch * batch

    return draw


def table(rows: list[list[str]]) -> None:
    for number, row in enumerate(rows):
        print("| " + " | ".join(row) + " |")
        if number == 0:
            print("| --- |" + " ---: |" * (len(row) - 1))
    print()


def decoding() -> None:
    rows = [
        ["microseconds a picture, and how many times longer it takes to decode", "drawn", "Pillow", "torchvision"]
    ]
    sizes = [
        ("224x224, 64 candles, bare", ic.Spec(size=224, window=64, axes="bare"), 4096, 256),
        ("60x64, 20 candles, bare", ic.Spec(size=(60, 64), window=20, axes="bare"), 8192, 256),
        ("1280x1280, default", ic.Spec(), 128, 16),
    ]
    for name, spec, count, batch in sizes:
        files = [series.draw(int(end), spec).png for end in series.ends(spec)[:batch]]
        tensors = [torch.frombuffer(bytearray(file), dtype=torch.uint8) for file in files]

        def pillow(files: list[bytes] = files) -> int:
            for file in files:
                np.asarray(Image.open(io.BytesIO(file)))
            return len(files)

        def vision(tensors: list[torch.Tensor] = tensors) -> int:
            for tensor in tensors:
                decode_image(tensor)
            return len(tensors)

        tasks = {channels: frames(spec, channels, count, batch) for channels in ("rgb", "gray", "index")}
        times = in_turns({**tasks, "pillow": pillow, "torchvision": vision})
        for channels in tasks:
            ours = times[channels]
            others = [f"{times[other]:.0f}: {times[other] / ours:.1f} x" for other in ("pillow", "torchvision")]
            rows.append([f"{name}, {channels}", f"{ours:.1f}", *others])
    table(rows)


def by_numpy(spec: ic.Spec, batch: int) -> Callable[[], int]:
    """Candles of a fixed size drawn by numpy for the whole batch at once: bodies, wicks and volume, three pixels each."""
    width, height, window = spec.width, spec.height, spec.window
    volume_height = height // 5
    price_height = height - volume_height - 1
    first = int(series.ends(spec)[0]) - window + 1
    columns = [series.columns()[name][first:] for name in ("open", "high", "low", "close", "volume")]
    windows = [np.lib.stride_tricks.sliding_window_view(column, window)[:batch] for column in columns]
    rows = np.arange(height, dtype=np.int16)[:, None]
    palette = np.array([(255, 255, 255), (220, 50, 50), (40, 150, 80)], dtype=np.uint8)
    # A candle's row is one of nine: the colour at its sides, and that in its middle.
    candle_rows = np.array([palette[[side, middle, side]] for side in range(3) for middle in range(3)]).reshape(9, 9)
    out = np.empty((batch, height, window, 9), dtype=np.uint8)

    def draw() -> int:
        opens, highs, lows, closes, volumes = windows
        top, bottom = highs.max(1, keepdims=True), lows.min(1, keepdims=True)
        scale = (price_height - 1) / (top - bottom)

        def row(prices: np.ndarray) -> np.ndarray:
            return np.rint((top - prices) * scale).astype(np.int16)[:, None, :]

        color = (1 + (closes >= opens)).astype(np.uint8)[:, None, :]
        wicks = (rows >= row(highs)) & (rows <= row(lows))
        bodies = (rows >= row(np.maximum(opens, closes))) & (rows <= row(np.minimum(opens, closes)))
        tall = np.rint(volumes / volumes.max(1, keepdims=True) * volume_height).astype(np.int16)[:, None, :]
        bars = rows >= height - tall
        sides = bodies | bars
        kinds = (sides * np.uint8(3) + (sides | wicks)) * color
        candle_rows.take(kinds, axis=0, out=out, mode="clip")
        return batch

    draw()
    assert out.any() and (out[0] != out[-1]).any()
    return draw


def against_numpy() -> None:
    spec = ic.Spec(size=(60, 64), window=20, axes="bare")
    rows = [["60x64 RGB, 20 candles, a batch of 256", "microseconds a picture"]]
    times = in_turns({"image-cache": frames(spec, "rgb", 4096, 256), "numpy": by_numpy(spec, 256)})
    rows += [[name, f"{times[name]:.1f}"] for name in times]
    rows.append(["numpy / image-cache", f"{times['numpy'] / times['image-cache']:.1f}"])
    table(rows)


def loading() -> None:
    spec = ic.Spec(size=224, window=64, axes="bare")
    data = ChartDataset(market, spec, symbols="BTCUSDT", label="direction", horizon=12)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1024):
            place = os.path.join(folder, data.classes[data.labels[number]])
            os.makedirs(place, exist_ok=True)
            series.draw(data.ends[number], spec).save(os.path.join(place, f"{number}.png"))
        files = DataLoader(ImageFolder(folder, transform=PILToTensor()), batch_size=256)
        loader = Loader(data, batch_size=256, threads=1)

        def drawn() -> int:
            return sum(len(batch.images) for batch in loader)

        def read() -> int:
            return sum(len(images) for images, _ in files)

        times = in_turns({"Loader": drawn, "ImageFolder": read})
    rows = [["224x224 RGB in batches of 256", "microseconds of processor time a picture"]]
    rows += [[name, f"{times[name]:.1f}"] for name in times]
    rows.append(["ImageFolder / Loader", f"{times['ImageFolder'] / times['Loader']:.1f}"])
    table(rows)


def memory() -> None:
    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    spec = ic.Spec(size=(60, 64), window=20, axes="bare")
    ends = series.ends(spec)[:1000]
    out = series.frames(ends, spec, threads=1)
    after = [resident()]
    for _ in range(99):
        series.frames(ends, spec, out=out, threads=1)
    after.append(resident())
    table(
        [
            ["memory of the process", "MB"],
            ["after 1,000 pictures", f"{after[0] / 1e6:.1f}"],
            ["after 100,000", f"{after[1] / 1e6:.1f}"],
        ]
    )


def importing() -> None:
    import subprocess

    def fresh(code: str) -> Callable[[], int]:
        def run() -> int:
            subprocess.run([sys.executable, "-c", code], check=True)
            return 1

        return run

    tasks = {"numpy": fresh("import numpy"), "both": fresh("import numpy, image_cache")}
    times = in_turns(tasks, time.perf_counter)
    beside = (times["both"] - times["numpy"]) / 1000
    print(f"`import image_cache` takes {beside:.1f} ms beside numpy's {times['numpy'] / 1000:.0f} ms.\n")


decoding()
against_numpy()
loading()
memory()
importing()
