"""Pictures as tensors of torch, drawn as they are asked for: no file is written or read."""

from __future__ import annotations

import copy
import json
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset, IterableDataset, get_worker_info

from . import _native
from ._market import Market, SeriesName, _which, native_market
from ._series import Series, _threads
from ._spec import Spec, channel_count, room

__all__ = ["Batch", "ChartDataset", "ChartStream", "Item", "Loader", "collate"]


class Item(NamedTuple):
    """One picture, uint8 (channels, height, width), and its label: a class's number, a return, or None."""

    image: torch.Tensor
    label: Any


class Batch(NamedTuple):
    """Pictures, uint8 (pictures, channels, height, width) in memory format channels-last, and their labels."""

    images: torch.Tensor
    labels: torch.Tensor | None


class _Drawn(Sequence[Item]):
    """What `__getitems__` gives: pictures that are one batch already, for `collate`, or one by one for any other."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def __len__(self) -> int:
        return len(self.batch.images)

    def __getitem__(self, index: Any) -> Any:
        images, labels = self.batch
        return Item(images[index], None if labels is None else labels[index])


def collate(items: Any) -> Batch:
    """Makes a batch of what a `ChartDataset` gives: hand it to `DataLoader(..., collate_fn=collate)`."""
    if isinstance(items, _Drawn):
        return items.batch
    images = torch.stack([item.image for item in items])
    labels = [item.label for item in items]
    return Batch(images, None if labels[0] is None else torch.as_tensor(labels))


class ChartDataset(Dataset[Item]):
    """Labelled pictures of a market database, drawn when they are asked for.

    Labels and splits are those of `image-cache export`: a label follows from the candles after a window alone, and no
    candle is in two splits. It can be pickled, and used by several workers; each opens the database for itself.

        market = ic.Market()
        data = ChartDataset(market, ic.Spec(preset="cnn"), symbols="BTCUSDT", intervals="1h",
                            label="direction", horizon=12, split={"train": 0.8, "test": 0.2}, which="train")
        image, label = data[0]

    `augment` are other specs of the same size: each picture is drawn with one of them or with `spec`, by chance from
    `seed`, `epoch` and its number. Its last candle stays, so that its label does: give other styles, shorter windows,
    pictures without volume.
    """

    def __init__(
        self,
        market: Market,
        spec: Spec,
        *,
        symbols: str | Iterable[str] = (),
        intervals: str | Iterable[str] = (),
        start: Any = None,
        end: Any = None,
        stride: int = 1,
        label: str | None = None,
        horizon: int | None = None,
        threshold: float | str | None = None,
        bounds: Sequence[float | str] | None = None,
        upper: float | str | None = None,
        lower: float | str | None = None,
        split: Mapping[str, float] | Sequence[str] = (),
        which: str | None = None,
        embargo: int | None = None,
        max_gap: int | None = None,
        channels: str = "rgb",
        augment: Sequence[Spec] = (),
        seed: int = 0,
        transform: Callable[[torch.Tensor], Any] | None = None,
    ) -> None:
        channel_count(channels)
        for other in augment:
            if not isinstance(other, Spec):
                raise TypeError(f"augment: {other!r} is no Spec")
            if (other.width, other.height) != (spec.width, spec.height):
                raise ValueError(f"augment: {other!r} has another size than {spec!r}")
            if other.window + other.warmup > spec.window + spec.warmup:
                raise ValueError(f"augment: {other!r} shows more candles than {spec!r}, and splits might share some")
        texts = [f"{name}={share}" for name, share in split.items()] if isinstance(split, Mapping) else list(split)
        labels = {
            "label": label,
            "horizon": horizon,
            "threshold": threshold,
            "bounds": bounds,
            "upper": upper,
            "lower": lower,
        }
        found = _native.dataset_items(
            native_market(market),
            spec,
            _which(symbols, intervals, start, end, stride),
            labels,
            texts,
            which,
            embargo,
            max_gap,
        )
        self.market, self.spec, self.channels, self.transform = market, spec, channels, transform
        self.augment, self.seed = [spec, *augment], seed
        #: Decides with `seed` and its number which spec a picture is drawn with: raise it from epoch to epoch.
        self.epoch = 0
        self.series = [SeriesName(*names) for names in found["series"]]
        #: Names of classes, by their numbers.
        self.classes: list[str] = found["classes"]
        #: How many pictures there are of each kind, and why others are left out.
        self.summary: dict[str, Any] = {
            name: value
            for name, value in json.loads(found["summary"]).items()
            if name in ("series", "pictures", "classes", "splits", "across_gaps", "left_out")
        }
        #: The end of each picture, UTC.
        self.ends = found["ends"].astype("datetime64[ms]")
        #: The label of each picture, if there are labels.
        self.labels: np.ndarray | None = found["labels"]
        self._numbers: np.ndarray = found["numbers"]
        # By these chance decides, also where only some of the items are here.
        self._ids = np.arange(len(self._numbers))
        self._count = len(self._numbers)
        self._chosen: tuple[int, np.ndarray] | None = None
        self._horizon = horizon or 0
        # Of all candles that pictures and labels are of, so that no others are drawn later.
        self._digests = [self._digest(number, market.read(*names)) for number, names in enumerate(self.series)]
        self._open: tuple[list[Any], np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self.ends)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": None}

    def __getitem__(self, index: int) -> Item:
        index = range(len(self))[index]
        item = self.__getitems__([index])[0]
        return Item(item.image, None if item.label is None else item.label.item())

    def __getitems__(self, indices: Sequence[int]) -> _Drawn:
        return _Drawn(self.batch(indices, threads=1))

    def batch(
        self, indices: Sequence[int] | np.ndarray, out: torch.Tensor | None = None, threads: int | None = None
    ) -> Batch:
        """The pictures of these items at once, and their labels."""
        chosen = np.asarray(indices)
        if chosen.dtype == bool:
            if chosen.shape != (len(self),):
                raise IndexError(f"a mask of {chosen.shape} does not fit {len(self)} items")
            chosen = np.flatnonzero(chosen)
        if chosen.ndim != 1:
            raise TypeError(f"indices has {chosen.ndim} dimensions, not 1")
        indices = chosen.astype(np.int64)
        if not (out is None or isinstance(out, torch.Tensor)):
            raise TypeError("out is no tensor of torch")
        native, positions = self._candles()
        frames = room(len(indices), self.spec, self.channels) if out is None else out.permute(0, 2, 3, 1).numpy()
        count = _threads(threads)
        which = self._which_spec(self._ids[indices])
        for number, spec in enumerate(self.augment):
            drawn = np.flatnonzero(which == number)
            if len(drawn) == 0:
                continue
            is_whole = len(drawn) == len(indices)
            part = frames if is_whole else room(len(drawn), spec, self.channels)
            own = indices[drawn]
            _native.frames_into(native, self._numbers[own], positions[own], spec, self.channels, part, count)
            if not is_whole:
                frames[drawn] = part
        images = torch.from_numpy(frames).permute(0, 3, 1, 2) if out is None else out
        if self.transform is not None:
            images = self.transform(images)
        return Batch(images, None if self.labels is None else torch.from_numpy(self.labels[indices]))

    def _digest(self, number: int, candles: Series) -> str:
        """A digest of a series' candles up to the last one that a picture or a label is made of."""
        own = self.ends[self._numbers == number]
        last = np.searchsorted(candles.times, own.max()) if len(own) else 0
        return candles._native.digest(int(last) + self._horizon)

    def _of_series(self, number: int) -> ChartDataset:
        """The items of one series, which opens no other."""
        own = self._numbers == number
        part = copy.copy(self)
        part._digests = [self._digests[number]]
        part.series, part.ends, part._ids = [self.series[number]], self.ends[own], self._ids[own]
        part.labels = None if self.labels is None else self.labels[own]
        part._numbers, part._open = np.zeros(len(part.ends), dtype=np.int64), None
        return part

    def _which_spec(self, ids: np.ndarray) -> np.ndarray:
        """The place in `augment` of each item's spec, whatever batch it is in."""
        if self._chosen is None or self._chosen[0] != self.epoch:
            chance = np.random.default_rng((self.seed, self.epoch))
            self._chosen = (self.epoch, chance.integers(len(self.augment), size=self._count))
        chosen: np.ndarray = self._chosen[1][ids]
        return chosen

    def _candles(self) -> tuple[list[Any], np.ndarray]:
        """All series, and the position of each picture's last candle, read when they are needed first."""
        if self._open is None:
            series = [self.market.read(*names) for names in self.series]
            positions = np.zeros(len(self), dtype=np.int64)
            for number, candles in enumerate(series):
                if self._digest(number, candles) != self._digests[number]:
                    name = f"{candles.symbol} {candles.interval}"
                    raise ValueError(f"candles of {name} have changed since the data set was made: make it again")
                own = self._numbers == number
                positions[own] = np.searchsorted(candles.times, self.ends[own])
            self._open = ([candles._native for candles in series], positions)
        return self._open


class ChartStream(IterableDataset[Batch]):
    """The batches of a `ChartDataset`, series by series, for markets whose candles do not fit into memory.

    Of each series, one at a time, the candles are read and its pictures drawn. Workers share the series. Hand it to
    `DataLoader(stream, batch_size=None)`. With `shuffle` series come in another order in each epoch, as do the
    pictures of each.
    """

    def __init__(self, data: ChartDataset, batch_size: int = 64, *, shuffle: bool = False) -> None:
        super().__init__()
        if not isinstance(data, ChartDataset):
            raise TypeError(f"data is a {type(data).__name__}, not a ChartDataset")
        if batch_size < 1:
            raise ValueError("batch_size is 1 or more")
        self.data, self.batch_size, self.shuffle = data, batch_size, shuffle

    def __iter__(self) -> Iterator[Batch]:
        chance = np.random.default_rng((self.data.seed, self.data.epoch))
        order = np.arange(len(self.data.series))
        if self.shuffle:
            chance.shuffle(order)
        worker = get_worker_info()
        for number in order if worker is None else order[worker.id :: worker.num_workers]:
            part = self.data._of_series(int(number))
            items = np.arange(len(part))
            if self.shuffle:
                np.random.default_rng((self.data.seed, self.data.epoch, int(number))).shuffle(items)
            for first in range(0, len(items), self.batch_size):
                yield part.batch(items[first : first + self.batch_size], threads=1)


class Loader:
    """Batches of a `ChartDataset`, drawn by threads while the model works on the batch before.

    Tensors are used again: a batch is valid until `ahead` more were taken. Give `reuse=False` to keep batches.
    """

    def __init__(
        self,
        data: ChartDataset,
        batch_size: int = 64,
        *,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: int = 0,
        threads: int | None = None,
        ahead: int = 2,
        reuse: bool = True,
        pin_memory: bool = False,
    ) -> None:
        if not isinstance(data, ChartDataset):
            raise TypeError(f"data is a {type(data).__name__}, not a ChartDataset")
        if batch_size < 1:
            raise ValueError("batch_size is 1 or more")
        self.data, self.batch_size, self.shuffle, self.drop_last = data, batch_size, shuffle, drop_last
        if ahead < 1:
            raise ValueError("ahead is 1 or more")
        self.seed, self.threads = seed, threads
        self.ahead = min(ahead, max(1, len(data) // batch_size))
        self.reuse, self.pin_memory = reuse and data.transform is None, pin_memory
        self.epoch = 0

    def __len__(self) -> int:
        whole, rest = divmod(len(self.data), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Batch]:
        order = np.arange(len(self.data))
        if self.shuffle:
            np.random.default_rng((self.seed, self.epoch)).shuffle(order)
        self.data.epoch = self.epoch
        self.epoch += 1
        parts = [order[at : at + self.batch_size] for at in range(0, len(order), self.batch_size)][: len(self)]
        rooms = [self._room() for _ in range(self.ahead + 1)] if self.reuse else []
        done: queue.Queue[Any] = queue.Queue(self.ahead - 1 or 1)
        stop = threading.Event()

        def put(what: Any) -> None:
            while not stop.is_set():
                try:
                    return done.put(what, timeout=0.1)
                except queue.Full:
                    continue

        def draw() -> None:
            try:
                for number, part in enumerate(parts):
                    if stop.is_set():
                        return
                    out = rooms[number % len(rooms)][: len(part)] if rooms else None
                    put(self.data.batch(part, out, self.threads))
                put(None)
            except BaseException as error:
                put(error)

        thread = threading.Thread(target=draw, name="image-cache-loader", daemon=True)
        thread.start()
        try:
            while (batch := done.get()) is not None:
                if isinstance(batch, BaseException):
                    raise batch
                yield batch
        finally:
            stop.set()
            thread.join()

    def _room(self) -> torch.Tensor:
        spec, channels = self.data.spec, channel_count(self.data.channels)
        shape = (self.batch_size, spec.height, spec.width, channels)
        return torch.empty(shape, dtype=torch.uint8, pin_memory=self.pin_memory).permute(0, 3, 1, 2)
