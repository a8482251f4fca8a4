"""Moving averages: `mav` and `ema`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import Any

from .arguments import short, whole
from .chart import Chart, Drawn
from .colors import hex_colors


def add_averages(chart: Chart, options: Mapping[str, Any], keeps_gaps: bool) -> None:
    """Adds overlays; series of one's own where these are moved aside, or have gaps and thus candles put before them.

    An exponential overlay begins with a simple average, and mplfinance's with the first close.
    """
    colors: Iterable[str | None] = [None]
    if options["mavcolors"] is not None:
        colors = hex_colors(options["mavcolors"], "mavcolors", chart.style["panel"])
    in_turn = cycle(colors)
    close = chart.candles.frame["close"]
    for keyword, kind in (("mav", "sma"), ("ema", "ema")):
        for period, shift in _periods(options[keyword], keyword):
            color = next(in_turn)
            if shift == 0 and not keeps_gaps:
                chart.overlays.append(f"{kind}:{period}" + (f":{color}" if color else ""))
                continue
            spread = close.rolling(period) if kind == "sma" else close.ewm(span=period, adjust=False)
            values = spread.mean().shift(shift).to_numpy()
            chart.add(Drawn(f"{kind}_{period}", (values,), color=color))


def _periods(given: Any, keyword: str) -> list[tuple[int, int]]:
    """Periods, and how far each average is moved to the right."""
    shifts: Any = 0
    if isinstance(given, Mapping):
        if set(given) != {"period", "shift"}:
            raise ValueError(f"{keyword}: a dict says period and shift")
        given, shifts = given["period"], given["shift"]
    if given is None:
        return []
    periods = given if isinstance(given, (list, tuple)) else [given]
    shifts = shifts if isinstance(shifts, (list, tuple)) else [shifts] * len(periods)
    if len(shifts) != len(periods):
        raise ValueError(f"{keyword}: there are {len(shifts)} shifts for {len(periods)} periods")
    if any(whole(period, keyword) < 2 for period in periods):
        raise ValueError(f"{keyword}: {short(given)} has a period of less than 2 candles")
    return [(int(period), whole(shift, keyword)) for period, shift in zip(periods, shifts, strict=True)]
