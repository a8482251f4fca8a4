"""What a picture shows, as it comes together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .arguments import percent
from .candles import Candles, Window
from .colors import blend, hex_color


class Drawn(NamedTuple):
    """A series of one's own: values at the candles, or two of them of a band."""

    name: str
    values: tuple[np.ndarray, ...]
    form: str = "line"
    is_below: bool = False
    side: str | None = None
    color: str | None = None
    width: float | None = None

    def text(self) -> str:
        """As the knob `series` has it."""
        place, width = "below" if self.is_below else None, None if self.width is None else f"{self.width:g}"
        return ":".join(filter(None, (self.name, self.form, place, self.side, self.color, width)))


@dataclass
class Chart:
    """Candles, and what is drawn besides them."""

    candles: Candles
    window: Window
    style: dict[str, Any]
    dpi: float
    #: Names of panels by their numbers.
    panels: dict[int, str]
    overlays: list[str] = field(default_factory=list)
    series: list[Drawn] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)

    def add(self, drawn: Drawn) -> str:
        """Adds a series, under a name that no other one has."""
        taken = {"price", "volume", *(other.name for other in self.series)}
        name, number = drawn.name[:32], 2
        while name in taken:
            name, number = f"{drawn.name[:28]}_{number}", number + 1
        self.series.append(drawn._replace(name=name))
        return name

    def color(self, color: Any, alpha: Any, keyword: str) -> str | None:
        """A colour as it is seen on the panel; without one, and without an opacity, the core takes the next."""
        part = percent(1 if alpha is None else alpha, f"{keyword}alpha") / 100
        if color is None and part == 1:
            return None
        ground, in_turn = self.style["panel"], self.style["overlay_colors"]
        turn = (len(self.overlays) + len(self.series)) % len(in_turn)
        return blend(in_turn[turn] if color is None else hex_color(color, f"{keyword}color", ground), ground, part)
