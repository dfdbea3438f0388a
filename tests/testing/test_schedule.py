"""Which call meets which of the faults that a fake cloud was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, faults
from cloudkeys.testing.state import CloudState
from contract.tally import trying
from testing.requests import KEYS, LEAKS, SECRETS, fixed_cloud, request_of

SCHEDULED = "fake cloud: fault, scheduled"


class Plan(NamedTuple):
    """A fault that answers with a status of its own, and when."""

    operation: str | None
    after: int
    times: int | None


PLANS = st.builds(
    Plan,
    st.sampled_from([None, LEAKS, SECRETS]),
    st.integers(0, 3),
    st.none() | st.integers(1, 3),
)


def answering(status: int) -> faults.Fault:
    return lambda _cloud, _request, _serve: FakeResponse(status)


def expected_statuses(plans: list[Plan], asked: list[str]) -> list[int]:
    """Return the statuses by counting, for each plan, the calls that it saw and those that it met."""
    seen, met = [0] * len(plans), [0] * len(plans)
    statuses: list[int] = []
    for operation in asked:
        counts = [plan.operation in {None, operation} for plan in plans]
        due = [
            number
            for number, plan in enumerate(plans)
            if counts[number] and seen[number] >= plan.after and (plan.times is None or met[number] < plan.times)
        ]
        statuses.append(600 + due[0] if due else 200)
        seen = [count + mine for count, mine in zip(seen, counts, strict=True)]
        met = [count + (number in due[:1]) for number, count in enumerate(met)]
    return statuses


@given(st.lists(PLANS, max_size=4), st.lists(st.sampled_from([LEAKS, SECRETS, KEYS]), max_size=12))
def test_a_call_meets_the_first_fault_that_is_due(plans: list[Plan], asked: list[str]) -> None:
    cloud = fixed_cloud()
    for number, plan in enumerate(plans):
        cloud.inject(answering(600 + number), operation=plan.operation, after=plan.after, times=plan.times)
    with trying("-", "-", SCHEDULED):
        statuses = [cloud.answer(request_of(name, nonce=str(number))).status for number, name in enumerate(asked)]
        assert statuses == expected_statuses(plans, asked)


def test_a_fault_may_hit_others_than_operations() -> None:
    cloud = fixed_cloud()
    cloud.inject(faults.failed(), operation="")
    with trying("(no operation)", 500, SCHEDULED):
        assert cloud.answer(request_of(SECRETS)).status == 200
        assert cloud.answer(ReceivedRequest("GET", "/nothing", httpx.Headers())).status == 500


def test_a_fault_may_stop_a_transport_and_the_next_call_is_answered() -> None:
    cloud = fixed_cloud()

    def broken(_cloud: CloudState, _request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        raise ArithmeticError("a mistake in the test")

    cloud.inject(broken)
    with trying(SECRETS, "-", SCHEDULED):
        with pytest.raises(ArithmeticError):
            cloud.answer(request_of(SECRETS))
        assert cloud.answer(request_of(SECRETS)).status == 200


@pytest.mark.parametrize("wrong", [{"operation": "ListSecret"}, {"after": -1}, {"times": 0}], ids=str)
def test_a_plan_that_could_never_come_true_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        FakeCloud().inject(faults.failed(), **wrong)


@pytest.mark.parametrize("fault", [faults.throttled, faults.slow, faults.change, "throttled", None])
def test_a_fault_that_was_not_made_is_refused(fault: Any) -> None:
    with pytest.raises(TypeError, match=r"fault must be a function .* such as throttled\(\)"):
        FakeCloud().inject(fault)


def test_a_misspelt_operation_is_not_denied_silently() -> None:
    with pytest.raises(ValueError, match=r"denied: 'ListSecret' is none of alibaba_ims\.GetUser, "):
        list(FakeCloud(denied={"ListSecret"}).huawei().csms.list_secrets())
