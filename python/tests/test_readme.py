"""What the README shows runs, block after block, in a folder with the files that it names.

A block that imports torch is left out where there is no torch.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import image_cache as ic
import numpy as np
import pytest

README = Path(__file__).parent.parent / "README.md"


def test_every_block_of_the_readme_runs(
    hours: ic.Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.chdir(tmp_path)
    df = hours.to_pandas().iloc[:800]
    (tmp_path / "data").mkdir()
    df.to_csv("data/BTCUSDT-1h.csv")
    scope = {"np": np, "df": df, "fair": df.close.rolling(5).mean()}
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", README.read_text(), re.MULTILINE)
    code = [re.sub("^    ", "", block, flags=re.MULTILINE) for block in blocks if "pip install" not in block]
    assert len(code) >= 6
    has_torch = importlib.util.find_spec("torch") is not None
    for block in code:
        if has_torch or "import torch" not in block:
            exec(block, scope)
    assert (tmp_path / "chart.png").is_file()
    assert scope["frames"].shape == (256, 224, 224, 3)
