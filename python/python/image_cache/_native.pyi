"""What the core gives: see the modules that take it for what it means."""

from collections.abc import Callable
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "PRESETS",
    "STYLES",
    "Cache",
    "Market",
    "Own",
    "Picture",
    "Series",
    "Spec",
    "__version__",
    "dataset_items",
    "frames_into",
    "import_files",
    "knobs",
    "main",
]

__version__: str
PRESETS: list[str]
STYLES: list[str]

# Is told how many ends are finished, of how many.
_Progress = Callable[[int, int], object]
_Which = tuple[list[str], list[str], int | None, int | None, int]

@final
class Spec:
    def __new__(cls, **knobs: Any) -> Spec: ...
    @staticmethod
    def from_json(json: str) -> Spec: ...
    @property
    def json(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def window(self) -> int: ...
    @property
    def warmup(self) -> int: ...
    @property
    def palette(self) -> list[tuple[int, int, int]] | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Own:
    def __new__(
        cls,
        series: list[tuple[str, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64] | None]],
        marks: list[dict[str, Any]],
    ) -> Own: ...

@final
class Picture:
    @property
    def png(self) -> bytes: ...
    @property
    def sha256(self) -> str: ...
    @property
    def pixel_sha256(self) -> str: ...
    @property
    def geometry_json(self) -> str: ...
    @property
    def fallbacks(self) -> list[str]: ...
    @property
    def spec(self) -> Spec: ...
    @property
    def symbol(self) -> str: ...
    @property
    def interval(self) -> str: ...
    @property
    def times(self) -> tuple[int, int]: ...
    def pixels(self, channels: str) -> NDArray[np.uint8]: ...
    def save(self, file: str) -> None: ...

@final
class Series:
    def __new__(
        cls,
        time: NDArray[np.int64],
        open: NDArray[np.float64],
        high: NDArray[np.float64],
        low: NDArray[np.float64],
        close: NDArray[np.float64],
        volume: NDArray[np.float64],
        symbol: str,
        interval: str | None,
    ) -> Series: ...
    @staticmethod
    def from_file(file: str, symbol: str | None, interval: str | None, written: dict[str, Any]) -> Series: ...
    @property
    def symbol(self) -> str: ...
    @property
    def interval(self) -> str: ...
    def __len__(self) -> int: ...
    def columns(self) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]: ...
    def digest(self, last: int) -> str: ...
    def ends(self, spec: Spec) -> NDArray[np.int64]: ...
    def draw(self, end: int, spec: Spec, own: Own | None) -> Picture: ...

@final
class Market:
    def __new__(cls, file: str | None) -> Market: ...
    def series(self) -> list[tuple[str, str]]: ...
    def read(self, symbol: str, interval: str) -> Series: ...

@final
class Cache:
    def __new__(cls, root: str, index: str, jobs: int) -> Cache: ...
    def render(self, market: Market, spec: Spec, which: _Which, dry_run: bool, progress: _Progress | None) -> str: ...
    def verify(
        self,
        market: Market | None,
        which: _Which,
        rerender: bool,
        record: bool,
        progress: _Progress | None,
    ) -> str: ...
    def repair(
        self,
        market: Market,
        which: _Which,
        rerender: bool,
        dry_run: bool,
        delete_orphans: bool,
        progress: _Progress | None,
    ) -> str: ...

def knobs() -> list[dict[str, Any]]: ...
def frames_into(
    series: list[Series],
    numbers: NDArray[np.int64] | None,
    ends: NDArray[np.int64],
    spec: Spec,
    channels: str,
    out: NDArray[np.uint8],
    threads: int,
) -> None: ...
def dataset_items(
    market: Market,
    spec: Spec,
    which: _Which,
    label: dict[str, Any],
    splits: list[str],
    which_split: str | None,
    embargo: int | None,
    max_gap: int | None,
) -> dict[str, Any]: ...
def import_files(files: list[str], database: str, symbol: str | None, interval: str | None, dry_run: bool) -> str: ...
def main(words: list[str]) -> int: ...
