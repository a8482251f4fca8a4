from __future__ import annotations

import pickle
import sqlite3
import threading
from pathlib import Path
from typing import Any

import image_cache as ic
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from image_cache.torch import ChartDataset, ChartStream, Loader, collate  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402

SPEC = ic.Spec(size=64, window=30, axes="bare")
SPLIT = {"train": 0.8, "test": 0.2}


@pytest.fixture(scope="module")
def data(market: ic.Market) -> ChartDataset:
    return ChartDataset(market, SPEC, symbols="BTCUSDT", label="direction", horizon=12, split=SPLIT, which="train")


def test_labels_follow_from_the_candles_after_the_window(data: ChartDataset, hours: ic.Series) -> None:
    closes = hours.columns()["close"]
    positions = np.searchsorted(hours.times, data.ends)
    assert data.classes == ["down", "up"]
    assert (data.labels == (closes[positions + 12] > closes[positions])).all()


def test_no_candle_is_in_two_splits(data: ChartDataset, market: ic.Market) -> None:
    test = ChartDataset(market, SPEC, symbols="BTCUSDT", label="direction", horizon=12, split=SPLIT, which="test")
    assert len(test) > 300
    hour = np.timedelta64(1, "h")
    assert data.ends.max() + 12 * hour < test.ends.min() - 29 * hour


def test_items_are_the_frames_of_their_windows(data: ChartDataset, hours: ic.Series) -> None:
    for index in (0, 7, -1):
        image, label = data[index]
        assert image.shape == (3, 64, 64)
        assert (image.permute(1, 2, 0).numpy() == np.asarray(hours.draw(data.ends[index], SPEC))).all()
        assert label == data.labels[index]
    with pytest.raises(IndexError):
        data[len(data)]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("collate_fn", [collate, None])
def test_the_usual_loader_works(data: ChartDataset, workers: int, collate_fn: Any) -> None:
    loader = DataLoader(data, batch_size=500, num_workers=workers, collate_fn=collate_fn)
    images, labels = zip(*loader, strict=True)
    assert torch.cat(labels).tolist() == data.labels.tolist()
    assert torch.equal(torch.cat(images)[1000], data[1000].image)


def test_the_own_loader_gives_the_same_in_a_shuffled_order(data: ChartDataset) -> None:
    loader = Loader(data, batch_size=500, shuffle=True, seed=3)
    order = np.arange(len(data))
    np.random.default_rng((3, 0)).shuffle(order)
    seen = []
    for number, (images, labels) in enumerate(loader):
        assert images.is_contiguous(memory_format=torch.channels_last)
        assert torch.equal(images[0], data[int(order[500 * number])].image)
        seen += labels.tolist()
    assert seen == data.labels[order].tolist()
    assert len(loader) == number + 1
    # The next epoch has another order.
    assert next(iter(loader)).labels.tolist() != seen[:500]


def test_batches_that_are_kept_stay(data: ChartDataset) -> None:
    kept = [batch.images for batch in Loader(data, batch_size=300, reuse=False)]
    for number, images in enumerate(kept):
        assert torch.equal(images[0], data[300 * number].image)


def test_a_loader_that_is_left_early_ends_its_thread(data: ChartDataset) -> None:
    before = threading.active_count()
    for _ in Loader(data, batch_size=10):
        break
    assert threading.active_count() == before


def test_what_goes_wrong_while_drawing_is_raised(data: ChartDataset) -> None:
    def fail(images: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("no")

    broken = pickle.loads(pickle.dumps(data))
    broken.transform = fail
    with pytest.raises(RuntimeError, match="no"):
        list(Loader(broken, batch_size=10))


def test_a_pickled_data_set_is_the_same(data: ChartDataset) -> None:
    other = pickle.loads(pickle.dumps(data))
    assert torch.equal(other[5].image, data[5].image)


def test_several_series_are_one_data_set(market: ic.Market) -> None:
    data = ChartDataset(market, SPEC, label="return", horizon=3)
    assert [name.symbol for name in data.series] == ["BTCUSDT", "ETHUSD"]
    image, label = data[len(data) - 1]
    assert isinstance(label, float)
    eth = market.read("ETHUSD", "4h")
    assert (image.permute(1, 2, 0).numpy() == np.asarray(eth.draw(data.ends[-1], SPEC))).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label": "directon"}, 'label: "directon" is none of direction'),
        ({"label": "direction"}, "horizon"),
        ({"label": "triple-barrier", "horizon": 3, "upper": "2%"}, "lower is needed"),
        ({"split": {"train": 2.0}}, "2.0"),
        ({"split": SPLIT, "which": "valid"}, 'which: "valid" is none of the splits train, test'),
        ({"symbols": "BTCUSD"}, "BTCUSD"),
    ],
)
def test_bad_settings_are_refused_in_words(market: ic.Market, settings: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, KeyError), match=message):
        ChartDataset(market, SPEC, **settings)


def test_augmented_pictures_end_with_the_same_candle_and_keep_their_labels(
    market: ic.Market, hours: ic.Series
) -> None:
    others = [ic.Spec(size=64, window=25, axes="bare"), ic.Spec(size=64, window=30, axes="bare", volume=False)]
    settings: dict[str, Any] = {"symbols": "BTCUSDT", "label": "return", "horizon": 3}
    data = ChartDataset(market, SPEC, augment=others, seed=1, **settings)
    plain = ChartDataset(market, SPEC, **settings)
    assert (data.labels == plain.labels).all()
    batch = data.batch(range(300)).images.permute(0, 2, 3, 1).numpy()
    seen = set()
    for index in range(300):
        drawn = [np.asarray(hours.draw(data.ends[index], spec)) for spec in [SPEC, *others]]
        seen.add(next(number for number, frame in enumerate(drawn) if (frame == batch[index]).all()))
        # One by one they are the same.
        assert index % 50 or (data[index].image.permute(1, 2, 0).numpy() == batch[index]).all()
    assert seen == {0, 1, 2}
    data.epoch = 1
    assert not (data.batch(range(300)).images.permute(0, 2, 3, 1).numpy() == batch).all()
    with pytest.raises(ValueError, match="another size"):
        ChartDataset(market, SPEC, augment=[ic.Spec(size=65)])
    with pytest.raises(ValueError, match="more candles"):
        ChartDataset(market, SPEC, augment=[ic.Spec(size=64, window=31)])


@pytest.mark.parametrize("workers", [0, 2])
def test_a_stream_gives_every_picture_once(market: ic.Market, workers: int) -> None:
    others = [ic.Spec(size=64, window=20, axes="bare")]
    data = ChartDataset(market, SPEC, label="return", horizon=3, augment=others)
    batches = list(DataLoader(ChartStream(data, 100, shuffle=True), batch_size=None, num_workers=workers))
    labels = torch.cat([batch[1] for batch in batches])
    assert sorted(labels.tolist()) == sorted(data.labels.tolist())
    # Whatever way it comes, an item is the same picture.
    first = batches[0]
    index = data.labels.tolist().index(first[1][0].item())
    assert torch.equal(first[0][0], data[index].image)


def test_candles_that_have_changed_are_not_drawn_with_old_labels(tmp_path: Path, hours: ic.Series) -> None:
    hours.to_pandas().iloc[:300].to_csv(tmp_path / "BTCUSDT-1h.csv")
    ic.import_files(tmp_path / "BTCUSDT-1h.csv", tmp_path / "market.sqlite")
    data = ChartDataset(ic.Market(tmp_path / "market.sqlite"), SPEC, label="direction", horizon=4, end="2023-01-10")
    kept = pickle.dumps(data)
    assert len(data.batch(range(9)).images) == 9
    with sqlite3.connect(tmp_path / "market.sqlite") as connection:
        # What comes after all windows and labels may change.
        connection.execute("DELETE FROM candles WHERE open_time > 1673700000000")
    assert len(pickle.loads(kept).batch(range(9)).images) == 9
    with sqlite3.connect(tmp_path / "market.sqlite") as connection:
        connection.execute("UPDATE candles SET volume = volume + 1 WHERE open_time = 1672599600000")
    with pytest.raises(ValueError, match="have changed since the data set was made"):
        pickle.loads(kept).batch(range(9))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: ChartDataset("market.sqlite", SPEC), r"give Market\('market.sqlite'\)"),
        (lambda data: ChartDataset(data.market, SPEC, augment=["x"]), "'x' is no Spec"),
        (lambda data: Loader(5), "not a ChartDataset"),
        (lambda data: ChartStream(5), "not a ChartDataset"),
        (lambda data: data.batch([0], out=np.zeros(3)), "no tensor"),
        (lambda data: data.batch([[0]]), "2 dimensions"),
    ],
)
def test_arguments_of_other_types_are_type_errors(data: ChartDataset, call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call(data)


def test_a_mask_chooses_items(data: ChartDataset) -> None:
    mask = np.arange(len(data)) % 1000 == 7
    assert torch.equal(data.batch(mask).images[1], data[1007].image)


def test_a_loader_looks_no_further_ahead_than_there_is(data: ChartDataset) -> None:
    assert len(next(iter(Loader(data, 64, ahead=10**30))).images) == 64
    with pytest.raises(ValueError, match="ahead is 1 or more"):
        Loader(data, ahead=0)
