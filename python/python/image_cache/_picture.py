"""One picture."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from . import _native
from ._spec import Spec


class Picture:
    """A picture of one window of candles: its PNG, its pixels, and where everything stands in it."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.Picture) -> None:
        self._native = native

    @property
    def png(self) -> bytes:
        """The bytes of the PNG file, the same as `image-cache render` writes."""
        return self._native.png

    @property
    def sha256(self) -> str:
        """SHA-256 over the file."""
        return self._native.sha256

    @property
    def pixel_sha256(self) -> str:
        """SHA-256 over the rows of RGB that the file decodes to."""
        return self._native.pixel_sha256

    @property
    def geometry(self) -> dict[str, Any]:
        """Where panels, candles, lines, marks and labels stand, in pixels."""
        geometry: dict[str, Any] = json.loads(self._native.geometry_json)
        return geometry

    @property
    def spec(self) -> Spec:
        """How it looks."""
        return self._native.spec

    @property
    def symbol(self) -> str:
        """What is traded."""
        return self._native.symbol

    @property
    def interval(self) -> str:
        """The interval's code, such as `1h`."""
        return self._native.interval

    @property
    def start(self) -> np.datetime64:
        """When its first candle opens, UTC."""
        return np.datetime64(self._native.times[0], "ms")

    @property
    def end(self) -> np.datetime64:
        """When its last candle opens, UTC."""
        return np.datetime64(self._native.times[1], "ms")

    def pixels(self, channels: str = "rgb") -> np.ndarray:
        """The pixels, uint8: height, width, channels. `channels` is `rgb`, `gray` or `index`."""
        return self._native.pixels(channels)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the PNG, whole or not at all. Folders that are not there yet are made; links are followed."""
        file = os.path.realpath(os.fspath(path))
        if os.path.exists(file) and not os.path.isfile(file):
            raise OSError(f"{os.fspath(path)} is no regular file")
        self._native.save(file)

    def to_pil(self) -> Any:
        """A picture of Pillow."""
        from PIL import Image

        return Image.fromarray(self.pixels())

    def to_torch(self) -> Any:
        """A tensor of torch, uint8: channels, height, width."""
        import torch

        return torch.from_numpy(self.pixels()).permute(2, 0, 1)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("the pixels of a picture are always made anew; leave out copy=False")
        pixels = self.pixels()
        return pixels if dtype is None else pixels.astype(dtype)

    def _repr_png_(self) -> bytes:
        return self.png

    def __repr__(self) -> str:
        size = f"{self.spec.width}x{self.spec.height}"
        return f"<Picture {self.symbol} {self.interval} {self.start} to {self.end}, {size}>"
