"""The policy of retries: what it may be, and whose it is."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from cloudkeys import RetryPolicy
from cloudkeys.errors import ServerError
from cloudkeys.testing import FakeResponse
from driver import Driver
from runtime.scripted import HTML, OPENERS, QUICK, Scripted, count_of
from runtime.services import ONCE


@pytest.mark.parametrize("vendor", OPENERS)
def test_the_policy_is_replaced_for_a_copy(driver: Driver, vendor: str) -> None:
    service = Scripted()
    client = OPENERS[vendor](driver, service)
    impatient = client.with_options(retry=ONCE)
    service.steps = [FakeResponse(503, HTML)]
    with pytest.raises(ServerError):
        count_of(driver, impatient)
    service.steps = [FakeResponse(503, HTML)] * 3
    assert count_of(driver, client) == 1
    assert (client.retry, impatient.retry) == (QUICK, ONCE)
    assert impatient.connections is client.connections
    assert len(service.asked) == 5


@pytest.mark.parametrize(
    "values",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"first_wait": -0.1},
        {"longest_wait": -1},
        {"jitter": -1},
        {"longest_retry_after": -1},
        *({name: float("nan")} for name in ("attempts", "first_wait", "longest_wait", "jitter", "longest_retry_after")),
        *({name: float("inf")} for name in ("first_wait", "longest_wait", "jitter", "longest_retry_after")),
    ],
)
def test_a_policy_that_cannot_be_right_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        RetryPolicy(**values)
    with pytest.raises(ValueError, match=next(iter(values))):
        attrs.evolve(QUICK, **values)


@pytest.mark.parametrize("values", [{"attempts": "3"}, {"attempts": None}, {"tries": 3}])
def test_a_policy_of_another_type_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        RetryPolicy(**values)


def test_a_policy_stays_as_it_is() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        QUICK.attempts = 9  # type: ignore[misc]
    assert RetryPolicy() == RetryPolicy()
