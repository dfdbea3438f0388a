"""The client makes of each response what the spec says: of right ones the same data, of wrong ones one typed error."""

from __future__ import annotations

import re
import string
from types import NoneType

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from contract.beyond import Leaves, beyond, written
from contract.mirror import DESCRIBED, RESULTS, Described, counted, explore, fuzzed, page
from contract.responses import check, judged, tolerant
from shells import TARGETS

each_body = pytest.mark.parametrize("described", DESCRIBED, ids=str)


def test_every_operation_and_status_is_mirrored() -> None:
    bodies = {name: set(target.operation.success.values()) - {NoneType} for name, target in TARGETS.items()}
    assert set(RESULTS) == {name for name, found in bodies.items() if found}
    mirrored = {(described.operation, code) for described in DESCRIBED for _, code in described.codes()}
    for name, target in TARGETS.items():
        results = {code for code, body in target.operation.success.items() if body is not NoneType}
        documented = {*results, *(code for code in target.operation.errors if code is not None)}
        assert documented <= {code for operation, code in mirrored if operation == name}


@each_body
def test_what_the_spec_allows_comes_out_as_it_went_in(described: Described) -> None:
    def try_one(content: bytes) -> None:
        assert judged(described, content).kind == "valid"
        check(described, content)

    with counted(described, "valid response"):
        explore(described, GenerationMode.POSITIVE, try_one)


@each_body
def test_what_the_spec_forbids_is_one_typed_error(described: Described) -> None:
    with counted(described, "invalid response"):
        explore(described, GenerationMode.NEGATIVE, lambda content: check(described, content))


@each_body
def test_what_the_page_does_not_know_comes_through(described: Described) -> None:
    def try_one(content: bytes) -> None:
        assert judged(described, content).kind != "invalid"
        check(described, content)

    with counted(described, "tolerated response"):
        fuzzed(described, written(beyond(tolerant(described), Leaves())), try_one)


# Moments.


RIGHT_ENDS = ["Z", "z", "+00:00", "-00:00", "+23:59", "-23:59", "+0800", "-11:30"]
OTHER_ENDS = ["+24:00", "+00:60", "+01", "", " Z"]


def times(more: int) -> SearchStrategy[str]:
    """Return times as RFC 3339 writes them, each number of which may be larger or smaller by so many than is right."""
    ranges = ((1, 9999), (1, 12), (1, 28), (0, 23), (0, 59), (0, 59))
    years, *numbers = (st.integers(max(0, least - more), largest + more) for least, largest in ranges)
    decimals = st.text(string.digits, min_size=0 if more else 1, max_size=12).map(".{}".format)
    return st.builds(
        "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}".format,
        *(years, *numbers[:2], st.sampled_from("Tt _" if more else "Tt "), *numbers[2:]),
        st.sampled_from(["", ".9999994", ".9999995"]) | decimals,
        st.sampled_from(RIGHT_ENDS + OTHER_ENDS if more else RIGHT_ENDS),
    )


TIME = re.compile(r'(?<=")\d+-\d\d-\d\dT[^"]+')


@pytest.mark.parametrize(
    "operation",
    [name for name, each in RESULTS.items() if "date-time" in str(tolerant(each)) and TIME.search(page(name).decode())],
)
def test_a_time_is_the_moment_that_rfc_3339_means_or_a_typed_error(operation: str) -> None:
    described = RESULTS[operation]
    parts = TIME.split(page(operation).decode())
    drawn_times = st.lists(times(0) | times(1) | times(3), min_size=len(parts), max_size=len(parts))
    contents = drawn_times.map(lambda drawn: "".join(map(str.__add__, parts, [*drawn[1:], ""])).encode())
    with counted(described, "invalid response"), counted(described, "valid response"):
        fuzzed(described, contents, lambda content: check(described, content))
