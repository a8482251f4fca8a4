from __future__ import annotations

import datetime
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import image_cache as ic
import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def frame(hours: ic.Series) -> pd.DataFrame:
    return hours.to_pandas().iloc[:400]


def variants(frame: pd.DataFrame) -> dict[str, Any]:
    zone = frame.tz_localize("UTC").tz_convert("America/New_York")
    column = frame.reset_index().rename(columns={"time": "Date", "close": "Close"})
    times = frame.index.to_numpy()
    return {
        "another zone": zone,
        "a column of times": column,
        "upper case and Adj Close": frame.rename(columns=str.title).assign(**{"Adj Close": 0.0}),
        "nanoseconds": frame.set_axis(pd.DatetimeIndex(times.astype("datetime64[ns]"))),
        "seconds as integers": frame.reset_index().assign(time=times.astype("datetime64[s]").astype(int)),
        "milliseconds as integers": frame.reset_index().assign(time=times.astype("datetime64[ms]").astype(int)),
        "texts": frame.reset_index().assign(time=frame.index.strftime("%Y-%m-%dT%H:%M:%SZ")),
        "dates of Python": frame.reset_index().assign(
            time=np.array(
                [at.to_pydatetime().replace(tzinfo=datetime.timezone.utc) for at in frame.index], dtype=object
            )
        ),
        "object columns": frame.astype(object),
        "a dict": {"time": times, **{name: frame[name].to_numpy() for name in frame}},
        "lists": {"time": list(times), **{name: frame[name].tolist() for name in frame}},
        "two levels of columns": pd.concat({"BTC": frame.rename(columns=str.title)}, axis=1).swaplevel(axis=1),
        "big-endian and with gaps": {
            "time": times,
            **{name: np.repeat(frame[name].to_numpy().astype(">f8"), 2)[::2] for name in frame},
        },
    }


def test_tables_of_polars_and_pyarrow_give_the_same_picture(frame: pd.DataFrame) -> None:
    # Old numpys have no pyarrow, which polars takes tables of pandas by.
    pyarrow = pytest.importorskip("pyarrow", exc_type=ImportError)
    polars = pytest.importorskip("polars")
    expected = ic.draw(frame)
    assert ic.draw(polars.from_pandas(frame.reset_index())).sha256 == expected.sha256
    assert ic.draw(pyarrow.Table.from_pandas(frame.reset_index())).sha256 == expected.sha256


NAMES = list(variants(ic.Market().read("BTCUSDT", "1h").to_pandas().iloc[:3]))


@pytest.mark.parametrize("name", NAMES)
def test_tables_of_every_kind_give_the_same_picture(name: str, frame: pd.DataFrame) -> None:
    expected = ic.draw(frame)
    assert ic.draw(variants(frame)[name]).sha256 == expected.sha256


def test_a_file_gives_the_same_picture(frame: pd.DataFrame, tmp_path: Path) -> None:
    file = tmp_path / "CHART.csv"
    frame.to_csv(file)
    assert ic.draw(file, interval="1h").sha256 == ic.draw(frame).sha256


def test_a_window_is_as_long_as_few_data_unless_one_is_asked_for(frame: pd.DataFrame) -> None:
    assert ic.draw(frame.iloc[:20]).spec.window == 20
    with pytest.raises(ValueError, match="the first one that does is candle 29"):
        ic.draw(frame.iloc[:20], window=30)


def test_an_end_is_the_last_candle_at_or_before_a_time(frame: pd.DataFrame) -> None:
    picture = ic.draw(frame, end="2023-01-10T05:59")
    assert picture.end == np.datetime64("2023-01-10T05:00")
    assert ic.draw(frame, end=frame.index[221]).sha256 == picture.sha256
    assert ic.draw(frame, end=221).sha256 == picture.sha256
    assert ic.draw(frame, end=221 - 400).sha256 == picture.sha256
    with pytest.raises(ValueError, match="before the first candle"):
        ic.draw(frame, end="2022-01-01")
    with pytest.raises(IndexError, match="there is no candle 400"):
        ic.draw(frame, end=400)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda it: it.iloc[::-1], ValueError, "times must rise: row 1"),
        (lambda it: pd.concat([it.iloc[:5], it.iloc[4:]]), ValueError, "keep one of each time"),
        (
            lambda it: it.drop(columns="high"),
            ValueError,
            "there is no column high; there are open, low, close",
        ),
        (lambda it: it.reset_index(drop=True), ValueError, "no column of times"),
        (
            lambda it: it.assign(low=it.low.where(it.index != it.index[-3])),
            ValueError,
            "candle 397 at 2023-01-17",
        ),
        (lambda it: it.assign(high=it.low - 1), ValueError, "high"),
        (lambda it: it.assign(close="n/a"), ValueError, "close: holds what is no number"),
        (lambda it: it.set_axis([pd.NaT, *it.index[1:]]), ValueError, "row 0 has no time"),
        (lambda it: it.open, TypeError, "Series is no table"),
        (lambda it: 5, TypeError, "int is no table"),
        (
            lambda it: {"time": it.index, "open": [1.0], "high": [1.0], "low": [1.0], "close": [1.0]},
            ValueError,
            "open has 1 rows",
        ),
        (lambda it: "absent.csv", FileNotFoundError, "absent.csv"),
        (lambda it: it.iloc[:0], ValueError, "no candle"),
    ],
)
def test_bad_candles_are_refused_in_words(frame: pd.DataFrame, change: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        ic.draw(change(frame))


@pytest.mark.parametrize(
    ("knobs", "error", "message"),
    [
        ({"widht": 3}, TypeError, "there is no knob"),
        ({"size": 3}, ValueError, "size: size 3 is outside 8 to 8192"),
        ({"window": "x"}, ValueError, "window"),
        ({"style": "yaho"}, ValueError, 'did you mean "yahoo"'),
        ({"overlay": ["smaa:3"]}, ValueError, "overlay"),
        ({"title": True, "axes": "bare"}, ValueError, "title and axes contradict"),
        ({"volume": 3}, ValueError, "volume"),
    ],
)
def test_bad_knobs_are_refused_by_name(knobs: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        ic.Spec(**knobs)


def test_every_knob_is_a_keyword_that_takes_its_default() -> None:
    for knob in ic.knobs():
        assert ic.Spec(**{knob["name"]: eval(knob["default"])}) == ic.Spec(), knob["name"]


def test_a_spec_says_itself(hours: ic.Series) -> None:
    spec = ic.Spec(size=(640, 480), overlay=["sma:20"], volume=False, title=True)
    assert repr(spec) == 'Spec(size="640x480", overlay=["sma:20"], title=True, volume=False)'
    assert eval(repr(spec), {"Spec": ic.Spec}) == spec
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert hash(spec) == hash(ic.Spec.from_json(spec.json))


def test_series_and_marks_of_ones_own_show(frame: pd.DataFrame) -> None:
    marks = [
        {"kind": "buy", "time": frame.index[-50], "price": frame.low.iloc[-50]},
        {"kind": "hline", "price": float(frame.close.iloc[-1]), "text": "stop"},
    ]
    fair = frame.close.rolling(5).mean()
    plain = ic.draw(frame)
    picture = ic.draw(frame, series={"fair:step:#ff9800": fair}, marks=marks)
    assert picture.sha256 != plain.sha256
    kinds = {mark["kind"] for mark in picture.geometry["marks"]}
    assert kinds == {"buy", "hline"}
    # What is dated after the end changes nothing.
    end = frame.index[300]
    cut = ic.draw(frame, end=end, series={"fair": fair.loc[:end]}, marks=marks[1:])
    assert ic.draw(frame, end=end, series={"fair": fair}, marks=marks[1:]).sha256 == cut.sha256
    band = ic.draw(frame, series={"cone:band": (frame.low - 5, frame.high + 5)})
    assert band.sha256 != plain.sha256


@pytest.mark.parametrize(
    ("series", "marks", "message"),
    [
        ({"fair": [1.0, 2.0]}, None, "has 400 times and 2 values"),
        ({"fair:wavy": np.ones(400)}, None, "series"),
        (None, [{"kind": "bye"}], "mark 0: kind"),
        (None, [{"kind": "buy"}], "mark 0: .*time"),
        (None, [{"kind": "hline", "price": 1.0, "colour": "red"}], "mark 0: .*colour"),
        (None, [{"time": "2023-01-01"}], "mark 0: a mark needs a kind"),
    ],
)
def test_bad_series_and_marks_are_refused(frame: pd.DataFrame, series: Any, marks: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ic.draw(frame, series=series, marks=marks)


def test_a_picture_can_be_looked_at_saved_and_measured(frame: pd.DataFrame, tmp_path: Path) -> None:
    picture = ic.draw(frame, size=300)
    assert picture._repr_png_() == picture.png
    assert picture.png[:4] == b"\x89PNG"
    file = tmp_path / "deep" / "chart.png"
    picture.save(file)
    assert file.read_bytes() == picture.png
    assert np.asarray(picture).shape == (300, 300, 3)
    assert np.asarray(picture, dtype=np.float32).dtype == np.float32
    assert picture.to_pil().size == (300, 300)
    assert len(picture.geometry["candles"]) == 150
    assert repr(picture).startswith("<Picture CHART 1h 2023-01-11T10")
    with pytest.raises(OSError):
        picture.save(tmp_path)


def test_a_series_can_be_pickled_and_becomes_a_frame_again(hours: ic.Series, frame: pd.DataFrame) -> None:
    other = pickle.loads(pickle.dumps(hours))
    assert (other.symbol, other.interval, len(other)) == ("BTCUSDT", "1h", len(hours))
    assert other.draw(size=100).sha256 == hours.draw(size=100).sha256
    again = ic.Series.from_frame(hours.to_pandas(), symbol="BTCUSDT")
    pd.testing.assert_frame_equal(again.to_pandas(), hours.to_pandas())


def test_ends_leave_windows_with_invalid_candles_out(frame: pd.DataFrame) -> None:
    broken = frame.assign(volume=frame.volume.where(frame.index != frame.index[200], -1.0))
    ends = ic.Series.from_frame(broken).ends(window=50)
    assert set(ends) == set(range(49, 400)) - set(range(200, 250))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda it: {"interval": "4h"}, ValueError, "1h apart, not 4h"),
        (lambda it: {"stlye": None}, TypeError, "there is no knob"),
        (lambda it: {"title": [True]}, TypeError, "title takes one value, not a list"),
        (lambda it: {"symbol": 5}, TypeError, "symbol is a int"),
        (lambda it: {"series": "fair"}, TypeError, "series is a dict"),
        (lambda it: {"series": {"fair": it.index}}, TypeError, "no type of prices"),
        (lambda it: {"marks": {"kind": "buy"}}, TypeError, "marks is a list of dicts"),
        (lambda it: {"marks": [{"kind": "buy", "time": "soon"}]}, ValueError, "mark's time: 'soon' is no time"),
        (lambda it: {"end": []}, TypeError, "end is one time or position"),
        (lambda it: {"end": pd.NaT}, ValueError, "is no time"),
        (lambda it: {"volume": 3}, ValueError, "^volume"),
    ],
)
def test_bad_arguments_are_refused_by_name(frame: pd.DataFrame, change: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        ic.draw(frame, **change(frame))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda it: it.assign(close=it.close.astype(complex)), TypeError, "complex128 is no type of prices"),
        (lambda it: it.assign(close=it.close > 0), TypeError, "bool is no type of prices"),
        (lambda it: pd.concat({"BTC": it}), ValueError, "its index has several levels"),
        (lambda it: it.set_axis(it.index.astype(str).rename("time")), ValueError, "holds no times; use pandas"),
    ],
)
def test_bad_columns_are_refused_in_words(frame: pd.DataFrame, change: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        ic.draw(change(frame))


def test_what_is_masked_is_no_number(frame: pd.DataFrame) -> None:
    columns = {"time": frame.index, **{name: frame[name].to_numpy() for name in frame}}
    columns["close"] = np.ma.masked_array(columns["close"], np.arange(400) == 390)
    series = ic.Series.from_frame(columns)
    assert np.isnan(series.columns()["close"][390])
    assert series.ends(window=20).max() == 389


def test_periods_are_taken_by_their_beginnings(frame: pd.DataFrame) -> None:
    periods = frame.set_axis(frame.index.to_period("h"))
    assert ic.draw(periods).sha256 == ic.draw(frame).sha256


def test_saving_follows_links_and_leaves_devices_alone(frame: pd.DataFrame, tmp_path: Path) -> None:
    picture = ic.draw(frame, size=64)
    (tmp_path / "link.png").symlink_to("real.png")
    picture.save(tmp_path / "link.png")
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "real.png").read_bytes() == picture.png
    with pytest.raises(OSError, match="no regular file"):
        picture.save("/dev/null")


OWN: dict[str, Any] = {
    "name": "mine",
    "base": "yahoo",
    "panel": "#fffdf5",
    "grid_dash": "dotted",
    "up": {"body": "#00a000", "edge": "#00a000"},
    "overlay_colors": ["#2962ff", "#ff9800"],
}


def test_a_style_of_one_s_own_is_that_of_the_program(frame: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "image-cache.toml").write_text(
        """[styles.mine]
base = "yahoo"
panel = "#fffdf5"
grid-dash = "dotted"
up = { body = "#00a000", edge = "#00a000" }
overlay-colors = ["#2962ff", "#ff9800"]
"""
    )
    frame.to_csv(tmp_path / "BTCUSDT-1h.csv")
    words = ["draw", "BTCUSDT-1h.csv", "-o", "chart.png", "--style", "mine", "--overlay", "sma:20"]
    subprocess.run([sys.executable, "-m", "image_cache", *words], cwd=tmp_path, check=True)
    spec = ic.Spec(style=OWN, overlay="sma:20")
    picture = ic.draw(frame, symbol="BTCUSDT", interval="1h", spec=spec)
    assert bytes(picture.png) == (tmp_path / "chart.png").read_bytes()
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert ic.Spec(style={**OWN, "up": {}}, overlay="sma:20") != spec


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"pannel": "#fff"}, "unknown field `pannel`"),
        ({"panel": "white"}, "white"),
        ({"base": "yaho"}, "yahoo"),
        ({"name": "yahoo"}, "built-in style"),
        ({"name": 3}, "is no text"),
        ({"grid_alpha": 101}, "grid_alpha"),
    ],
)
def test_what_is_wrong_in_a_style_of_one_s_own_is_named(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ic.Spec(style={**OWN, **changed})


def test_what_candles_do_not_allow_is_told(frame: pd.DataFrame, recwarn: pytest.WarningsRecorder) -> None:
    with pytest.warns(UserWarning, match="no candle is drawn, since none lies in the fixed range"):
        picture = ic.draw(frame, interval="1h", range="1..2")
    assert picture.geometry["fallbacks"] == ["empty_range"]
    zero = frame.assign(low=frame.low.where(frame.index != frame.index[-1], 0.0))
    with pytest.warns(UserWarning, match="the scale is linear"):
        ic.draw(zero, interval="1h", scale="log")
    recwarn.clear()
    assert "fallbacks" not in ic.draw(frame, interval="1h", scale="log").geometry
    assert not recwarn.list


def test_what_a_file_leaves_open_is_asked_for(tmp_path: Path) -> None:
    rows = "".join(f"{day:02}.02.2023;15.{day:03};16.100;14.900;15.500\n" for day in range(1, 29))
    path = tmp_path / "dax.csv"
    path.write_text(f"Datum;Eröffnung;Hoch;Tief;Schluss\n{rows}")
    for read in (ic.Series.from_file, ic.draw):
        with pytest.raises(ValueError, match=r"point of .* may part thousands.*from_file takes decimal="):
            read(path)
    assert ic.Series.from_file(path, decimal=",").columns()["close"][0] == 15_500.0
    assert ic.Series.from_file(path, thousands=".").columns()["close"][0] == 15_500.0
    assert ic.Series.from_file(path, decimal=".").columns()["close"][0] == 15.5
    columns = ["time", "open", "high", "low", "close"]
    path.write_text("".join(f"{day:02}/02/2023,15,16,14,15\n" for day in range(1, 13)))
    with pytest.raises(ValueError, match="from_file takes date_order="):
        ic.Series.from_file(path, columns=columns)
    series = ic.Series.from_file(path, columns=columns, date_order="dmy", interval="1d")
    assert str(series.times[-1]) == "2023-02-12T00:00:00.000"
    for wrong in ({"decimal": ";"}, {"thousands": "x"}, {"date_order": "d"}, {"columns": ["clothes"]}):
        with pytest.raises(ValueError, match=r"is no|is not"):
            ic.Series.from_file(path, **wrong)
