"""The way over from mplfinance."""

import io
import json
import struct

import image_cache as ic
import image_cache.mpf as mpf
import numpy as np
import pandas as pd
import pytest


def frame(count: int = 60, start: str = "2024-01-01", freq: str = "h", zone: str | None = None) -> pd.DataFrame:
    random = np.random.default_rng(5)
    close = 100 + np.cumsum(random.normal(size=count))
    open_ = np.concatenate([[100.0], close[:-1]])
    high, low = np.maximum(open_, close) + 0.5, np.minimum(open_, close) - 0.5
    index = pd.date_range(start, periods=count, freq=freq, tz=zone)
    volume = random.integers(1, 90, count) * 100.0
    columns = {"Open": open_, "High": high, "Low": low, "Close": close, "Volume": volume}
    return pd.DataFrame(columns, index=index)


DATA = frame()
PLAIN = {"style": "default", "kind": "ohlc", "size": (800, 575), "volume": False}


def same(picture: ic.Picture, **knobs: object) -> bool:
    return picture.pixel_sha256 == ic.draw(DATA, **{**PLAIN, **knobs}).pixel_sha256


def options(picture: ic.Picture) -> dict:
    return json.loads(picture.spec.json)


def line(picture: ic.Picture, name: str) -> list[float]:
    return next([at["value"] for at in one["points"]] for one in picture.geometry["lines"] if one["name"] == name)


def test_without_keywords_it_is_mplfinances_bars_without_volumes_in_its_default_style_and_size():
    assert mpf.plot(DATA).png == ic.draw(DATA, **PLAIN).png


@pytest.mark.parametrize(
    ("name", "kind"),
    [("candle", "candle"), ("candlestick", "candle"), ("ohlc", "ohlc"), ("ohlc_bars", "ohlc"), ("line", "line")],
)
def test_types_are_kinds(name, kind):
    assert same(mpf.plot(DATA, type=name), kind=kind)


@pytest.mark.parametrize("name", ["hollow_and_filled", "hollow", "hollow_candle", "hnf"])
def test_hollow_candles_show_all_the_data_and_the_first_is_told_by_its_own_open(name):
    picture = mpf.plot(DATA, type=name)
    assert (options(picture)["kind"], options(picture)["window"]) == ("hollow", 60)
    assert (picture.start, len(picture.geometry["candles"])) == (np.datetime64(DATA.index[0], "ms"), 60)
    flipped = DATA.copy()
    flipped.loc[DATA.index[0], ["Open", "Close"]] = DATA[["Close", "Open"]].iloc[0].to_numpy()
    for data in (DATA, flipped):
        one = data.iloc[[0]].set_axis(data.index[[0]] - pd.Timedelta("1h"))
        earlier = one.assign(Close=one.Low if one.Close.iloc[0] > one.Open.iloc[0] else one.High)
        known = ic.draw(pd.concat([earlier, data]), **{**PLAIN, "kind": "hollow", "style": "yahoo", "window": 60})
        assert mpf.plot(data, type=name, style="yahoo").pixel_sha256 == known.pixel_sha256


def test_all_of_mplfinances_styles_are_known_by_name_and_as_dicts():
    styles = pytest.importorskip("mplfinance._styledata")._styles
    for name, style in styles.items():
        assert options(mpf.plot(DATA, style=name))["style"]["name"] == name
        made = options(mpf.plot(DATA, style={**style, "base_mpf_style": name}))["style"]
        known = options(ic.draw(DATA, style=name))["style"]
        # Colours of averages are those of the dict; the core's own can be told better from each other.
        assert {key: value for key, value in made.items() if key not in ("name", "overlay_colors")} == {
            key: value for key, value in known.items() if key not in ("name", "overlay_colors")
        }, name


def test_a_dict_of_make_mpf_style_is_drawn_in_its_colours():
    mplfinance = pytest.importorskip("mplfinance")
    colors = mplfinance.make_marketcolors(up="tab:blue", down="r", edge="i", wick="k", volume="0.5", alpha=0.6)
    made = mplfinance.make_mpf_style(
        marketcolors=colors, gridstyle=":", facecolor="#fff8e8", mavcolors=["k", "C1"], y_on_right=True
    )
    style = options(mpf.plot(DATA, style=made))["style"]
    assert style["up"] == {
        "body": "#1f77b4",
        "edge": "#1f77b4",
        "wick": "#000000",
        "volume": "#808080",
        "ohlc": "#000000",
    }
    assert (style["down"]["body"], style["candle_alpha"], style["panel"]) == ("#ff0000", 60, "#fff8e8")
    assert (style["grid_dash"], style["price_labels"]) == ("dotted", "right")
    assert style["overlay_colors"] == ["#000000", "#ff7f0e"]
    for changed in ({"rc": {"font.size": 8}}, {"gridaxis": "vertical"}, {"gridstyle": "-."}, {"base_mpl_style": "x"}):
        with pytest.raises(ValueError, match=r"^style: "):
            mpf.plot(DATA, style={**made, **changed})


def test_averages_are_the_bytes_of_overlays_where_candles_before_the_window_are_known():
    shown = (DATA.index[5], DATA.index[-1])
    picture = mpf.plot(DATA, mav=(3, 6), xlim=shown)
    assert same(picture, overlay=["sma:3", "sma:6"], window=55)
    assert not same(picture, overlay=["sma:3", "sma:7"], window=54)
    assert same(mpf.plot(DATA, mav=6, xlim=shown), overlay=["sma:6"], window=55)


def test_averages_of_all_the_data_begin_where_these_are_enough():
    picture = mpf.plot(DATA, mav=[3], ema=5)
    assert options(picture)["window"] == 60
    assert line(picture, "sma:3") == pytest.approx(DATA.Close.rolling(3).mean().dropna().tolist())
    # The core's exponential average begins with a simple one, mplfinance's with the first close.
    begun = pd.concat([pd.Series([DATA.Close[:5].mean()]), DATA.Close[5:]])
    assert line(picture, "ema:5") == pytest.approx(begun.ewm(span=5, adjust=False).mean().tolist())


def test_averages_that_are_moved_or_among_gaps_are_series_of_their_own():
    moved = mpf.plot(DATA, mav={"period": 3, "shift": 4}, ema={"period": (3, 5), "shift": (0, -2)})
    assert line(moved, "sma_3") == pytest.approx(DATA.Close.rolling(3).mean().shift(4).dropna().tolist())
    assert line(moved, "ema_5") == pytest.approx(DATA.Close.ewm(span=5, adjust=False).mean().iloc[2:].tolist())
    assert (options(moved)["overlays"], options(moved)["series"]) == (["ema:3"], ["sma_3", "ema_5"])
    data = pd.concat([DATA.iloc[:20], DATA.iloc[30:]])
    gaps = mpf.plot(data, show_nontrading=True, mav=3)
    assert line(gaps, "sma_3") == pytest.approx(data.Close.rolling(3).mean().dropna().tolist())


def test_colours_of_averages_go_round_over_mav_and_ema():
    picture = mpf.plot(DATA, mav=(3, 6), ema=4, mavcolors=["red", (0, 0, 1)])
    assert options(picture)["overlays"] == ["sma:3:#ff0000", "sma:6:#0000ff", "ema:4:#ff0000"]
    with pytest.raises(ValueError, match=r"^mav and ema: .*9 overlays"):
        mpf.plot(DATA, mav=tuple(range(2, 11)))


def test_volumes_have_a_panel_only_where_they_are_asked_for():
    assert same(mpf.plot(DATA, volume=True), volume=True)
    assert same(mpf.plot(DATA.drop(columns="Volume")))
    with pytest.raises(ValueError, match=r"^volume: "):
        mpf.plot(DATA.drop(columns="Volume"), volume=True)


def test_columns_go_by_the_names_that_are_given():
    names = ["a", "b", "c", "d", "e"]
    swapped = DATA.set_axis(names, axis=1).assign(Open=1.0, Close=1.0)
    assert same(mpf.plot(swapped, columns=names, volume=True), volume=True)
    with pytest.raises(ValueError, match=r"^columns: .*x"):
        mpf.plot(swapped, columns=["x", "b", "c", "d", "e"])


@pytest.mark.parametrize(
    ("keywords", "size"),
    [
        ({}, (800, 575)),
        ({"figsize": (6.4, 4.8)}, (640, 480)),
        ({"figratio": (16, 9)}, (1022, 575)),
        ({"figratio": (16, 9), "figscale": 1.2}, (1226, 690)),
        ({"figscale": 0.5}, (400, 287)),
        ({"figsize": (4, 3), "savefig": {"dpi": 72}}, (288, 216)),
    ],
)
def test_sizes_are_mplfinances_to_the_pixel(keywords, size):
    buffer = io.BytesIO()
    savefig = {**keywords.get("savefig", {}), "fname": buffer}
    picture = mpf.plot(DATA, **{**keywords, "savefig": savefig})
    assert (picture.spec.width, picture.spec.height) == size
    mplfinance = pytest.importorskip("mplfinance")
    theirs = io.BytesIO()
    mplfinance.plot(DATA, **{**keywords, "savefig": {**savefig, "fname": theirs}})
    assert struct.unpack(">II", theirs.getvalue()[16:24]) == size


def test_savefig_takes_paths_with_and_without_ending_buffers_and_dicts(tmp_path):
    buffer = io.BytesIO()
    picture = mpf.plot(DATA, savefig=buffer)
    assert buffer.getvalue() == picture.png
    mpf.plot(DATA, savefig=tmp_path / "a.png")
    mpf.plot(DATA, savefig=str(tmp_path / "b"))
    mpf.plot(DATA, savefig={"fname": tmp_path / "c.png", "dpi": 100, "pad_inches": 0.2})
    assert {file.name for file in tmp_path.iterdir()} == {"a.png", "b.png", "c.png"}
    assert all(file.read_bytes() == picture.png for file in tmp_path.iterdir())


def test_gaps_are_left_open_where_they_are_asked_for_and_no_candle_is_lost():
    data = pd.concat([DATA.iloc[:20], DATA.iloc[30:]])
    picture = mpf.plot(data, show_nontrading=True, type="hollow", hlines=101.0)
    assert (options(picture)["gaps"], options(picture)["window"]) == ("slot", 60)
    assert picture.start == np.datetime64(DATA.index[0], "ms")
    places = [candle["x"] for candle in picture.geometry["candles"]]
    steps = np.diff(places)
    assert len(places) == 50
    assert steps.max() == pytest.approx(11 * np.median(steps), rel=0.01)
    assert options(mpf.plot(data))["window"] == 50
    days = frame(40, "2024-01-31", pd.offsets.MonthEnd()).iloc[[0, 1, 2, 3, 9, 39]]
    assert options(mpf.plot(days, show_nontrading=True))["window"] == 40
    weeks = [*pd.date_range("2024-01-05", periods=9, freq="7D"), pd.Timestamp("2024-03-06")]
    weekly = mpf.plot(DATA.iloc[:10].set_axis(pd.DatetimeIndex(weeks)), show_nontrading=True)
    assert len(weekly.geometry["candles"]) == options(weekly)["window"] == 10
    minutes = DATA.iloc[:9].set_axis(pd.date_range("2024-01-01", periods=9, freq="min"))
    minutes.index = [*minutes.index[:8], pd.Timestamp("2024-01-03")]
    with pytest.raises(ValueError, match=r"^show_nontrading: 2881 places.*slice"):
        mpf.plot(minutes, show_nontrading=True)


def test_times_are_shown_in_the_zone_of_the_index():
    local = frame(zone="America/New_York")
    assert mpf.plot(local, vlines=pd.Timestamp("2024-01-02T05:00Z")).pixel_sha256 == (
        mpf.plot(DATA, vlines="2024-01-02").pixel_sha256
    )


def test_limits_are_the_edges_of_prices_and_the_stretch_of_time():
    assert same(mpf.plot(DATA, ylim=(90, 110)), range="90.0..110.0")
    assert same(mpf.plot(DATA, yscale="log"), scale="log")
    assert same(mpf.plot(DATA, xlim=(10, 49.5)), window=40, end=49)
    assert same(mpf.plot(DATA, xlim=("2024-01-01T10:00", DATA.index[49])), window=40, end=49)
    assert same(mpf.plot(DATA, xlim=(10, 64)), window=50, right_margin=5)


def test_axisoff_leaves_candles_alone_and_fontscale_is_per_cent():
    picture = mpf.plot(DATA, axisoff=True)
    assert (options(picture)["axes"], picture.geometry["labels"]) == ("bare", [])
    assert tuple(picture.pixels()[0, 0]) == (255, 255, 255)
    assert same(mpf.plot(DATA, fontscale=1.5), labels=150)


def test_lines_are_marks():
    times = DATA.index
    marks = [
        {"kind": "hline", "price": 98.0, "color": "#ff0000"},
        {"kind": "hline", "price": 97.0, "color": "#0000ff"},
        {"kind": "vline", "time": times[20]},
        {"kind": "line", "time": times[5], "price": 96.0, "time2": times[9], "price2": 98.0},
        {"kind": "line", "time": times[9], "price": 98.0, "time2": times[30], "price2": 95},
    ]
    picture = mpf.plot(
        DATA,
        hlines={"hlines": [98, 97], "colors": ["r", "b"], "linestyle": "--"},
        vlines=times[20].to_pydatetime(),
        alines=[(str(times[5]), 96), (times[9], 98), (times[30], 95)],
    )
    assert same(picture, marks=marks)


def test_trend_lines_go_from_close_to_close_or_are_fitted():
    times = DATA.index
    ends = {"time": times[5], "time2": times[40], "kind": "line"}
    through = {**ends, "price": DATA.Close.iloc[5], "price2": DATA.Close.iloc[40]}
    assert same(mpf.plot(DATA, tlines=[(times[5], times[40])]), marks=[through])
    slope, base = np.polyfit(np.arange(36), DATA[["High", "Low"]].iloc[5:41].mean(axis=1), 1)
    lines = {"tlines": [(times[5], times[40])], "tline_use": ["high", "low"], "tline_method": "least-squares"}
    fitted = mpf.plot(DATA, tlines=lines).geometry["marks"][0]
    assert (fitted["price"], fitted["price2"]) == (pytest.approx(base), pytest.approx(base + 35 * slope))


def test_a_line_is_cut_where_the_window_ends_and_a_level_above_all_candles_has_room():
    times = DATA.index
    picture = mpf.plot(DATA, alines=[(times[0], 100.0), (times[50], 105.0)], xlim=(10, 40))
    cut = {"kind": "line", "time": times[10], "price": 101.0, "time2": times[40], "price2": 104.0}
    assert (
        picture.geometry["marks"]
        == ic.draw(
            DATA, **PLAIN, end=40, window=31, marks=[cut], padding=4, range=_range(DATA.iloc[10:41], 104.0)
        ).geometry["marks"]
    )
    top = mpf.plot(DATA, hlines=150.0)
    assert same(top, marks=[{"kind": "hline", "price": 150.0}], padding=4, range=_range(DATA, 150.0))
    assert len(top.geometry["marks"]) == 1


def _range(data: pd.DataFrame, level: float) -> str:
    return f"{float(data.Low.min())!r}..{max(float(data.High.max()), level)!r}"


def test_added_series_are_series_with_panel_form_colour_and_width():
    body = DATA.Close - DATA.Open
    plots = [
        mpf.make_addplot(DATA.Close + 1, color="orange", width=2),
        mpf.make_addplot(body.to_numpy(), type="bar", panel=2, ylabel="Candle body", color="teal"),
        mpf.make_addplot(list(DATA.Low - 1), scatter=True),
    ]
    picture = mpf.plot(DATA, volume=True, addplot=plots, panel_ratios=(6, 2, 3))
    series = {
        "addplot:#ffa500:2.8": DATA.Close + 1,
        "candle_body:bars:below:#008080": body,
        "addplot_2:scatter": DATA.Low - 1,
    }
    heights = ["price:6", "volume:2", "candle_body:3"]
    assert same(picture, volume=True, series=series, panel_heights=heights)


def test_dicts_of_mplfinances_own_make_addplot_are_taken():
    mplfinance = pytest.importorskip("mplfinance")
    both = [made(DATA[["High", "Low"]], color="b") for made in (mplfinance.make_addplot, mpf.make_addplot)]
    one, other = (mpf.plot(DATA, addplot=plot) for plot in both)
    assert one.png == other.png
    assert options(one)["series"] == ["addplot:#0000ff", "addplot_2:#0000ff"]


def test_what_is_of_another_size_has_a_scale_of_its_own_unless_that_is_said_otherwise():
    def drawn(values, **keywords):
        return options(mpf.plot(DATA, addplot=mpf.make_addplot(values, **keywords)))["series"]

    assert drawn(DATA.Close / 1000) == ["addplot:right"]
    assert drawn(DATA.Close / 1000, secondary_y=False) == ["addplot"]
    assert drawn(DATA.Close) == ["addplot"]
    assert drawn(DATA.Close, secondary_y=True) == ["addplot:right"]
    assert drawn(DATA.Close, panel=1, secondary_y=True) == ["addplot:below:right"]


def test_steps_change_before_or_after_the_candle():
    after = mpf.plot(DATA, addplot=mpf.make_addplot(DATA.Close, type="step", stepwhere="post"))
    assert same(after, series={"addplot:step": DATA.Close})
    before = mpf.plot(DATA, addplot=mpf.make_addplot(DATA.Close, type="step"))
    assert same(before, series={"addplot:step": DATA.Close.shift(-1).ffill()})


def test_panels_stand_in_the_order_of_their_numbers():
    plot = mpf.make_addplot(DATA.Close, panel=0, ylabel="RSI")
    picture = mpf.plot(
        DATA, main_panel=2, volume_panel=1, volume=True, addplot=plot, num_panels=3, panel_ratios=(7, 1)
    )
    assert options(picture)["panel_order"] == ["rsi", "volume", "price"]
    assert options(picture)["panel_heights"] == ["rsi:1", "volume:1", "price:7"]


def test_fills_are_bands_between_values_or_from_zero():
    picture = mpf.plot(DATA, fill_between={"y1": DATA.High.to_numpy(), "y2": DATA.Low.to_numpy(), "color": "g"})
    assert same(picture, series={"fill:band:#008000": (DATA.Low, DATA.High)})
    zero = pd.Series(0.0, DATA.index)
    assert same(mpf.plot(DATA, fill_between=3), series={"fill:band": (zero, zero + 3)})
    where = DATA.Close > DATA.Open
    part = mpf.plot(DATA, fill_between={"y1": list(DATA.High), "y2": 99.0, "where": where})
    assert same(
        part, series={"fill:band": (np.minimum(DATA.High, 99).where(where), np.maximum(DATA.High, 99).where(where))}
    )


def test_a_title_is_a_symbol():
    picture = mpf.plot(DATA, title="BRK.B")
    assert picture.symbol == "BRK.B"
    assert same(picture, symbol="BRK.B", title=True)
    with pytest.raises(ValueError, match=r"^title: .*BTC-USD"):
        mpf.plot(DATA, title="My picture")


def test_every_keyword_of_the_installed_mplfinance_is_in_the_tables_with_its_default():
    plotting = pytest.importorskip("mplfinance.plotting")
    for theirs, ours in (
        (plotting._valid_plot_kwargs(), mpf.KEYWORDS),
        (plotting._valid_addplot_kwargs(), mpf.ADDPLOT_KEYWORDS),
    ):
        assert set(theirs) - set(ours) == set()
        assert {name: keyword.default for name, keyword in ours.items()} == {
            name: theirs[name]["Default"] if name in theirs else None for name in ours
        }


def test_what_is_at_its_default_or_has_no_effect_changes_nothing():
    given = {name: keyword.default for name, keyword in mpf.KEYWORDS.items()}
    also = {name: keyword.also[-1] for name, keyword in mpf.KEYWORDS.items() if keyword.also}
    known = mpf.plot(DATA).png
    assert mpf.plot(DATA, **given).png == known
    assert mpf.plot(DATA, **also, block=True, closefig=False, warn_too_much_data=5).png == known


BAD = {
    "columns": ["Open"],
    "type": "renko",
    "style": "nostyle",
    "volume": 1,
    "mav": 1,
    "ema": (3, 2.5),
    "mavcolors": ["nocolor"],
    "figscale": 0,
    "figratio": (10, 0),
    "figsize": (100, 100),
    "fontscale": 5,
    "linecolor": "nocolor",
    "title": "a b",
    "addplot": [1],
    "savefig": "chart.pdf",
    "ylim": (2, 1),
    "xlim": (5, 5),
    "hlines": {"hlines": [1], "linewidths": 2},
    "vlines": "2031-01-01",
    "alines": [("2024-01-01", 1)],
    "tlines": [("2024-01-02", "2024-01-01")],
    "panel_ratios": (1, 2, 3),
    "main_panel": 40,
    "volume_panel": "top",
    "num_panels": 3,
    "axisoff": "yes",
    "show_nontrading": 1,
    "fill_between": {"y1": [1, 2]},
    "yscale": "symlog",
    "volume_alpha": 2,
}


@pytest.mark.parametrize("name", [name for name, keyword in mpf.KEYWORDS.items() if keyword.means != "no effect"])
def test_a_bad_value_is_refused_by_the_keywords_name(name):
    value = BAD[name] if mpf.KEYWORDS[name].means == "equal" else object()
    with pytest.raises((ValueError, TypeError), match=rf"^{name}: "):
        mpf.plot(DATA, **{name: value})
    assert mpf.KEYWORDS[name].means == "equal" or mpf.KEYWORDS[name].hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "candle"),
        ("mav", 5),
        ("panel", 99),
        ("marker", "^"),
        ("markersize", -1),
        ("color", ["r", "g"]),
        ("width", 99),
        ("alpha", 2),
        ("secondary_y", "no"),
        ("ylabel", "?"),
        ("stepwhere", "mid"),
        ("fill_between", {"y2": 1}),
        ("y_on_right", True),
        ("ylim", (0, 1)),
        ("label", "x"),
        ("colour", "red"),
    ],
)
def test_a_bad_value_of_an_added_series_is_refused_by_its_name(name, value):
    form = {"marker": "scatter", "markersize": "scatter", "stepwhere": "step"}.get(name, "line")
    with pytest.raises((ValueError, TypeError), match=f"^addplot: .*{name}"):
        mpf.plot(DATA, addplot=mpf.make_addplot(DATA.Close, **{"type": form, name: value}))


def test_a_panel_below_shows_one_series_and_another_one_says_what_to_do():
    two = [mpf.make_addplot(DATA.Close, panel=1), mpf.make_addplot(DATA.Open, panel=1)]
    with pytest.raises(ValueError, match=r"^addplot: panel 1 .*indicator"):
        mpf.plot(DATA, addplot=two)
    with pytest.raises(ValueError, match="60 candles"):
        mpf.plot(DATA, addplot=mpf.make_addplot([1.0, 2.0]))


def test_data_that_cannot_be_drawn_say_why():
    for data, told in (
        (frame(2001), r"^data: 2001 .*iloc\[-2000:\]"),
        (frame(1), "^data: .*2 candles"),
        (DATA.iloc[::-1], "^data: times must rise"),
        (DATA.drop(columns="Close"), "close"),
    ):
        with pytest.raises(ValueError, match=told):
            mpf.plot(data)
    with pytest.raises(TypeError, match=r"^data: .*DatetimeIndex"):
        mpf.plot(DATA.reset_index())
    with pytest.raises(TypeError, match="typ; did you mean type"):
        mpf.plot(DATA, typ="candle")
    assert options(mpf.plot(frame(2000)))["window"] == 2000


def test_times_at_no_regular_distance_are_drawn_side_by_side():
    times = pd.to_datetime(["2024-01-02", "2024-01-05", "2024-01-11", "2024-02-01", "2024-02-03"])
    assert options(mpf.plot(DATA.iloc[:5].set_axis(times)))["window"] == 5
