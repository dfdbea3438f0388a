"""Numbers that no clock can count, and bounds that are none, are refused when a client is made."""

from __future__ import annotations

import math
from typing import Any

import httpx
import pytest

from cloudkeys import Huawei
from driver import Driver, over_mock
from runtime.services import TOKEN

WRONG: list[float] = [0, -1, -0.0, math.inf, -math.inf, math.nan, 1_000_001, 10**400]


@over_mock
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong)[:10])
@pytest.mark.parametrize("name", ["total", "timeout"])
def test_a_bound_of_time_is_a_number_of_seconds(driver: Driver, name: str, wrong: float) -> None:
    make = driver.front_classes[1]
    message = f"^{name} must be more than 0 seconds and 1000000 at most; None means no bound$"
    with pytest.raises(ValueError, match=message):
        make(region="a", token=TOKEN, **{name: wrong})
    good = make(region="a", token=TOKEN)
    with pytest.raises(ValueError, match=message):
        good.with_options(**{name: wrong})
    with pytest.raises(ValueError, match=message):
        good.iam_v3.with_options(**{name: wrong})


@pytest.mark.parametrize("wrong", WRONG[:6], ids=str)
@pytest.mark.parametrize("step", ["connect", "read", "write", "pool"])
def test_so_is_each_step_of_a_time_out(step: str, wrong: float) -> None:
    steps: Any = dict.fromkeys(("connect", "read", "write", "pool"), 5.0) | {step: wrong}
    with pytest.raises(ValueError, match=f"^timeout, {step}, must be more than 0 seconds"):
        Huawei(region="a", token=TOKEN, timeout=httpx.Timeout(**steps))


@pytest.mark.parametrize("wrong", ["5", [5], (5, 5), b"5"])
@pytest.mark.parametrize("name", ["total", "timeout"])
def test_a_bound_of_another_type_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"^{name} must be .*not {type(wrong).__name__}$"):
        Huawei(region="a", token=TOKEN, **{name: wrong})


def test_what_can_be_right_is_taken() -> None:
    for seconds in (None, 1, 0.001, 1_000_000):
        huawei = Huawei(region="a", token=TOKEN, total=seconds, timeout=seconds)
        assert (huawei.total, huawei.iam_v3.total) == (seconds, seconds)
    assert Huawei(region="a", token=TOKEN).total == 120
