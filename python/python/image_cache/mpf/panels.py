"""Which panels there are, and how high they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .arguments import items, panel, positive, short
from .chart import Chart


def first_panels(options: Mapping[str, Any], has_volume: bool) -> dict[int, str]:
    """The names of panels by their numbers, before those of series are added."""
    main, volume = (panel(options[name], name) for name in ("main_panel", "volume_panel"))
    if not has_volume:
        return {main: "price"}
    if volume == main:
        raise ValueError("volume_panel: volumes and prices have panels of their own; say another number")
    return {main: "price", volume: "volume"}


def panel_knobs(chart: Chart, options: Mapping[str, Any]) -> dict[str, Any]:
    """Order and heights, which `panel_ratios` says for all panels, or for prices and all others."""
    names = [chart.panels[at] for at in sorted(chart.panels)]
    count, ratios = options["num_panels"], options["panel_ratios"]
    if count is not None and count != len(names):
        raise ValueError(f"num_panels: {short(count)} is not the {len(names)} panels that show something")
    order = {} if names == list(chart.panels.values()) else {"panel_order": names}
    if ratios is None:
        return order
    parts = [positive(ratio, "panel_ratios") for ratio in items(ratios, "panel_ratios")]
    if len(parts) == 2 and len(names) > 2:
        parts = [parts[0] if name == "price" else parts[1] for name in names]
    if len(parts) != len(names):
        raise ValueError(f"panel_ratios: there are {len(parts)} of them for {len(names)} panels")
    # Parts of the core are whole, 1 to 100.
    if any(part != round(part) or part > 100 for part in parts):
        parts = [max(1, 100 * part / max(parts)) for part in parts]
    heights = [f"{name}:{round(part)}" for name, part in zip(names, parts, strict=True)]
    return {**order, "panel_heights": heights}
