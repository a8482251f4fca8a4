"""Loads every data set with its loader's own documented one-liner, and compares all of it.

Usage: check.py FOLDER CANDLES.csv, by `cargo xtask loaders`.

Pixels are compared with hashes of what Rust's `png` crate decodes, and labels with ones that are
computed here from the candles, by other code than the program's.
"""

import glob
import hashlib
import importlib.metadata
import json
import os
import sys

import datasets
import numpy as np
import pandas as pd
import pyarrow.parquet
import torch
import torchvision
import webdataset

FOLDER, CANDLES = sys.argv[1:]
SPLITS = ["train", "validation", "test"]
WIDTH, HEIGHT = 64, 48
HOUR = 3_600_000

datasets.disable_progress_bars()


def main():
    for name in ["Pillow", "torch", "torchvision", "datasets", "webdataset", "pandas", "pyarrow"]:
        print(name, importlib.metadata.version(name))
    candles = pd.read_csv(CANDLES).set_index("open_time")
    for color in ["rgb", "indexed"]:
        cache = os.path.join(FOLDER, f"cache-{color}")
        with open(os.path.join(cache, "pixels.json")) as file:
            pixels = json.load(file)
        for path in sorted(glob.glob(os.path.join(cache, "*-*", "dataset.json"))):
            check(os.path.dirname(path), Expected(path, candles, pixels, cache))
    print("loaders: all good")


class Expected:
    """What a data set must hold."""

    def __init__(self, path, candles, pixels, cache):
        with open(path) as file:
            self.about = json.load(file)
        self.candles = candles
        self.times = candles.index.to_numpy()
        self.pixels = pixels
        self.cache = cache
        self.classes = self.about["classes"]
        self.sizes = {split["name"]: split["pictures"] for split in self.about["splits"]}
        assert list(self.sizes) == SPLITS and all(size > 50 for size in self.sizes.values()), self.sizes
        self.counts = {split["name"]: split["classes"] for split in self.about["splits"]}

    def check_picture(self, picture, sha256):
        """A picture as PIL or as an array, whatever the loader gives: RGB, and pixel by pixel the PNG's."""
        if not isinstance(picture, np.ndarray):
            assert picture.mode == "RGB", picture.mode
            assert picture.size == (WIDTH, HEIGHT), picture.size
            picture = np.asarray(picture)
        assert picture.shape == (HEIGHT, WIDTH, 3), picture.shape
        assert hashlib.sha256(picture.tobytes()).hexdigest() == self.pixels[sha256], "other pixels"

    def check_row(self, row, split):
        """The columns of a picture, as a mapping."""
        assert row["split"] == split
        assert row["symbol"] == "BTCUSDT" and row["interval"] == "1h"
        assert row["pixel_sha256"] == self.pixels[row["sha256"]]
        assert row["style_version"] == self.about["style_version"] and row["spec"] == self.about["spec_sha256"]
        at = np.searchsorted(self.times, milliseconds(row["end"]))
        assert self.times[at] == milliseconds(row["end"])
        assert self.times[at - 31] == milliseconds(row["start"])
        if self.about["label"] is None:
            assert "label" not in row
            return
        assert row["horizon"] == self.about["label"]["horizon"]
        expected = self.label(at)
        if isinstance(expected, str):
            assert row["label"] == expected, (row, expected)
        else:
            assert abs(row["label"] - expected) < 1e-12, (row, expected)

    def label(self, at):
        """The label of the window that ends with this candle."""
        label = self.about["label"]
        close = self.candles["close"].iloc[at]
        after = self.candles.iloc[at + 1 : at + 1 + label["horizon"]]
        assert len(after) == label["horizon"]
        change = after["close"].iloc[-1] / close - 1
        match label["rule"]:
            case "return":
                return change
            case "direction":
                limit = label["threshold"]
                return "up" if change > limit else "down" if change < -limit else "flat"
            case "classes":
                return f"c{sum(bound <= change for bound in label['bounds'])}"
            case "triple-barrier":
                for _, candle in after.iterrows():
                    up = candle["high"] >= close * (1 + label["upper"])
                    down = candle["low"] <= close * (1 - label["lower"])
                    assert not (up and down), "ambiguous ones are left out"
                    if up or down:
                        return "upper" if up else "lower"
                return "time"

    def check_sizes(self, sizes):
        assert sizes == self.sizes, (sizes, self.sizes)


def milliseconds(time):
    return int(pd.Timestamp(time).value // 1_000_000)


def check(folder, expected):
    form = expected.about["form"]
    loaders = {
        "imagefolder": [huggingface_imagefolder, torchvision_imagefolder],
        "webdataset": [webdataset_pil, webdataset_rgb8, huggingface_webdataset],
        "hf-parquet": [huggingface_parquet, pandas_parquet],
        "csv": [pandas_csv],
        "parquet": [pandas_manifest],
    }[form]
    for loader in loaders:
        if loader is torchvision_imagefolder and not expected.classes:
            continue
        loader(folder, expected)
        name = os.path.relpath(folder, FOLDER)
        print(f"{name}: {loader.__name__}: {expected.sizes}, pixels, labels and columns as expected")


def huggingface_imagefolder(folder, expected):
    loaded = datasets.load_dataset("imagefolder", data_dir=folder)
    expected.check_sizes({split: len(loaded[split]) for split in loaded})
    for split in loaded:
        for row in loaded[split]:
            expected.check_picture(row["image"], row["sha256"])
            expected.check_row(row, split)


def torchvision_imagefolder(folder, expected):
    sizes = {}
    for split in SPLITS:
        loaded = torchvision.datasets.ImageFolder(os.path.join(folder, split))
        assert loaded.classes == expected.classes, "classes are numbered otherwise"
        counts = np.bincount(loaded.targets, minlength=len(expected.classes)).tolist()
        assert counts == expected.counts[split]
        for (path, _), (picture, _) in zip(loaded.samples, loaded):
            with open(path, "rb") as file:
                expected.check_picture(picture, hashlib.sha256(file.read()).hexdigest())
        tensors = torchvision.datasets.ImageFolder(
            os.path.join(folder, split), transform=torchvision.transforms.ToTensor()
        )
        batch, labels = next(iter(torch.utils.data.DataLoader(tensors, batch_size=8)))
        assert batch.shape == (8, 3, HEIGHT, WIDTH) and labels.shape == (8,), batch.shape
        sizes[split] = len(loaded)
    expected.check_sizes(sizes)


def shards(folder, split):
    """Shards as the loader's documentation writes them: train-{000000..000003}.tar."""
    last = len(glob.glob(os.path.join(folder, f"{split}-*.tar"))) - 1
    assert last > 0, "more than one shard is to be tested"
    return os.path.join(folder, f"{split}-{{000000..{last:06}}}.tar")


def webdataset_pil(folder, expected):
    webdataset_decoded(folder, expected, "pil")


def webdataset_rgb8(folder, expected):
    webdataset_decoded(folder, expected, "rgb8")


def webdataset_decoded(folder, expected, how):
    sizes = {}
    members = ["png", "json", "cls"] if expected.classes else ["png", "json"]
    for split in SPLITS:
        loaded = webdataset.WebDataset(shards(folder, split), shardshuffle=False).decode(how).to_tuple(*members)
        sizes[split] = 0
        for picture, row, *cls in loaded:
            expected.check_picture(picture, row["sha256"])
            expected.check_row(row, split)
            assert not cls or expected.classes[cls[0]] == row["label"]
            sizes[split] += 1
    expected.check_sizes(sizes)


def huggingface_webdataset(folder, expected):
    files = {split: os.path.join(folder, f"{split}-*.tar") for split in SPLITS}
    loaded = datasets.load_dataset("webdataset", data_files=files)
    expected.check_sizes({split: len(loaded[split]) for split in loaded})
    for split in loaded:
        for row in loaded[split]:
            picture = row["png"]
            if expected.about["spec"]["color"] == "indexed":
                # This loader, unlike webdataset's own, hands a palette picture on as it is. `export` says so.
                assert picture.mode == "P", "no longer so: then the note of `export` can go"
                picture = picture.convert("RGB")
            expected.check_picture(picture, row["json"]["sha256"])
            expected.check_row(row["json"], split)
            assert not expected.classes or expected.classes[int(row["cls"])] == row["json"]["label"]


def huggingface_parquet(folder, expected):
    loaded = datasets.load_dataset(folder)
    expected.check_sizes({split: len(loaded[split]) for split in loaded})
    for split in loaded:
        features = loaded[split].features
        assert isinstance(features["image"], datasets.Image), features
        if expected.classes:
            assert features["label"].names == expected.classes, features
        for row in loaded[split]:
            expected.check_picture(row["image"], row["sha256"])
            if expected.classes:
                row["label"] = features["label"].int2str(row["label"])
            expected.check_row(row, split)
        batch = loaded[split].with_format("torch")[:4]
        assert torch.stack(list(batch["image"])).shape == (4, 3, HEIGHT, WIDTH)


def pandas_parquet(folder, expected):
    for split in SPLITS:
        files = sorted(glob.glob(os.path.join(folder, "data", f"{split}-*.parquet")))
        assert split != "train" or len(files) > 1, files
        assert files[0].endswith(f"-00000-of-{len(files):05}.parquet"), files
        loaded = pd.concat([pd.read_parquet(file) for file in files])
        assert len(loaded) == expected.sizes[split]
        for image, sha256 in zip(loaded["image"], loaded["sha256"]):
            assert hashlib.sha256(image["bytes"]).hexdigest() == sha256
        # A reader of the column alone must not need the pictures.
        columns = pyarrow.parquet.read_table(files[0], columns=["sha256", "split"])
        assert columns.num_columns == 2


def pandas_csv(folder, expected):
    manifest(pd.read_csv(os.path.join(folder, "manifest.csv")), expected)


def pandas_manifest(folder, expected):
    manifest(pd.read_parquet(os.path.join(folder, "manifest.parquet")), expected)


def manifest(loaded, expected):
    expected.check_sizes({split: int((loaded["split"] == split).sum()) for split in SPLITS})
    for row in loaded.to_dict("records"):
        with open(os.path.join(expected.cache, "pictures", row["file_path"]), "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == row["sha256"]
        expected.check_row(row, row["split"])


main()
