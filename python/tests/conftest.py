from __future__ import annotations

import image_cache as ic
import pytest


@pytest.fixture(scope="session")
def market() -> ic.Market:
    """The built-in sample: real candles of two symbols."""
    return ic.Market()


@pytest.fixture(scope="session")
def hours(market: ic.Market) -> ic.Series:
    return market.read("BTCUSDT", "1h")
