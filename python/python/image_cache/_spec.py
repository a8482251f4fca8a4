"""How pictures look."""

import numpy as np

from ._native import Spec, knobs

__all__ = ["Spec", "channel_count", "knobs", "room"]


def channel_count(channels: str) -> int:
    """Bytes of a pixel."""
    counts = {"rgb": 3, "gray": 1, "index": 1}
    if channels not in counts:
        raise ValueError(f"channels {channels!r} is none of {', '.join(counts)}")
    return counts[channels]


def room(count: int, spec: Spec, channels: str) -> np.ndarray:
    """An array that no frame was drawn to yet: pictures, rows, columns, channels."""
    shape = (count, spec.height, spec.width, channel_count(channels))
    try:
        return np.empty(shape, dtype=np.uint8)
    except (MemoryError, ValueError):
        size = np.prod(shape, dtype=float) / 1e9
        raise MemoryError(f"{count} frames take {size:.0f} GB; draw fewer at a time: give some of the ends") from None
