"""Jobs and answers of a painter, as tests/benches/painter/main.rs describes them."""

import csv
import sys
import time

# What every peer draws. The rest of a job's spec is our renderer's default picture.
SIZE = 1280
WINDOW = 150


def read_candles(path):
    """Rows of (open time in ms, open, high, low, close, volume)."""
    with open(path, newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [(int(row[0]), *map(float, row[1:])) for row in rows]


def serve(candles, draw):
    """Answers jobs until there are no more. `draw` makes a PNG of some candles."""
    starts = len(candles) - WINDOW + 1
    for line in sys.stdin:
        _, first, count, _ = line.split(" ", 3)
        firsts = [(int(first) + n) % starts for n in range(int(count))]
        windows = [candles[start : start + WINDOW] for start in firsts]
        awake = time.perf_counter()
        while time.perf_counter() - awake < 0.003:
            draw(windows[0])
        before = time.perf_counter()
        size = sum(len(draw(window)) for window in windows)
        ms = (time.perf_counter() - before) * 1000
        print(ms / len(windows), size / len(windows), flush=True)
