"""Filled bands over prices: `fill_between`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .arguments import percent
from .chart import Chart, Drawn
from .colors import hex_color


def add_fill(chart: Chart, given: Any, keyword: str, side: str | None = None) -> None:
    """Adds bands: one from 0 to values, or dicts. Their fill is faint, whatever `alpha` says."""
    if isinstance(given, (list, tuple)) and given and all(isinstance(one, Mapping) for one in given):
        for one in given:
            add_fill(chart, one, keyword, side)
        return
    fill = dict(given) if isinstance(given, Mapping) else {"y1": given}
    if "y1" not in fill:
        raise ValueError(f"{keyword}: a dict needs y1")
    unknown = set(fill) - {"y1", "y2", "where", "color", "alpha"}
    if unknown:
        raise ValueError(f"{keyword}: {', '.join(sorted(unknown))} cannot be drawn over prices; leave it out")
    percent(fill.get("alpha", 1), f"{keyword}: alpha")
    one, other = (chart.candles.values(fill.get(key, 0), f"{keyword}: {key}") for key in ("y1", "y2"))
    if fill.get("where") is not None:
        where = chart.candles.values(fill["where"], f"{keyword}: where") != 0
        one = np.where(where, one, np.nan)
    color = fill.get("color")
    color = None if color is None else hex_color(color, f"{keyword}: color", chart.style["panel"])
    # Where one of them is no number, neither is.
    chart.add(Drawn("fill", (np.minimum(one, other), np.maximum(one, other)), "band", side=side, color=color))
