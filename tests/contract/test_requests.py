"""What the clients send is what the spec means, and what it forbids is never sent.

The witness is schemathesis: it makes requests from the specs, valid and invalid, and serialises them in its own way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from schemathesis import GenerationMode

from contract.cases import CONTRACTS, PHASES, Wire, arguments_of, each_case, witness
from contract.sending import assert_call_is_incomplete, assert_refused, assert_sent, python_names
from contract.tally import trying
from contract.verdicts import judge
from shells import TARGETS

VALID, UNSENDABLE = "valid request", "valid request: not to be sent in a URL"
TOGETHER = "valid request: not what must hold of several parameters"
REFUSED, SENT = "invalid request: refused", "invalid request: sent"
# What is wrong is no argument of the client: an unknown parameter, another method, another constant header, no login.
NOT_EXPRESSIBLE = "invalid request: not expressible"
LOGINS = {"Authorization", "X-Auth-Token"}


def check_valid(name: str, case: Any) -> str:
    arguments = arguments_of(name, case)
    verdict = judge(name, arguments)
    # OpenAPI has no words for what must hold of several parameters together.
    kind = TOGETHER if verdict.together else UNSENDABLE if verdict.unsendable else VALID
    with trying(name, "-", kind):
        assert (verdict.missing, verdict.wrong, verdict.unknown) == (set(), set(), set())
        if verdict.refused:
            assert_refused(name, arguments, verdict.refused)
        else:
            assert_sent(name, arguments, meant_by(name, case))
    return kind


def meant_by(name: str, case: Any) -> Wire:
    """Return what a case says, without the headers that are made elsewhere, such as those of a login."""
    wire = witness(name, case)
    constants = {key.lower() for key in CONTRACTS[name].constants}
    return wire._replace(headers={key: value for key, value in wire.headers.items() if key in constants})


def check_invalid(name: str, case: Any) -> str:
    arguments = arguments_of(name, case)
    verdict = judge(name, arguments)
    sent = NOT_EXPRESSIBLE if is_wrong_elsewhere(name, case) and not verdict.unknown else SENT
    kind = REFUSED if verdict.missing or verdict.refused else sent
    with trying(name, "-", kind):
        if verdict.missing:
            assert_call_is_incomplete(name, arguments)
        elif verdict.refused:
            assert_refused(name, arguments, verdict.refused)
        else:
            assert_sent(name, arguments, own_part(name, arguments, witness(name, case)))
    return kind


def is_wrong_elsewhere(name: str, case: Any) -> bool:
    """Whether a case has something wrong that is no argument of the client."""
    contract, headers = CONTRACTS[name], set(case.headers)
    return (
        case.method != contract.method
        or not set(case.query) <= set(contract.parameters)
        or not headers <= LOGINS | set(contract.constants)
        or not contract.constants.items() <= case.headers.items()
        or not headers & LOGINS
    )


def own_part(name: str, arguments: Mapping[str, Any], wire: Wire) -> Wire:
    """Return what of a case a caller can ask for; the client sends what is constant, whatever the case has."""
    contract = CONTRACTS[name]
    query = tuple(pair for pair in wire.query if arguments.get(pair[0].partition(".")[0]) is not None)
    fields = {key: value for key, value in arguments.items() if contract.parameters[key].location == "body"}
    body = {key: value for key, value in fields.items() if value is not None}
    return wire._replace(method=contract.method, query=query, headers={}, body=body if contract.has_body else None)


def tried(name: str, phase: str, mode: GenerationMode) -> Counter[str]:
    """Check every case of a phase, and count them."""
    kinds: Counter[str] = Counter()
    check = check_valid if mode == GenerationMode.POSITIVE else check_invalid
    each_case(name, phase, mode, lambda case: kinds.update([check(name, case)]))
    return kinds


def test_the_functions_take_the_parameters_of_the_spec() -> None:
    assert set(TARGETS) == set(CONTRACTS)
    for name, contract in CONTRACTS.items():
        assert set(python_names(name)) == set(contract.parameters)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("name", CONTRACTS)
def test_a_valid_request_is_sent_as_the_spec_means_it(name: str, phase: str) -> None:
    kinds = tried(name, phase, GenerationMode.POSITIVE)
    # A page may have no example of a request, or one of each parameter of which only one is allowed.
    assert kinds[VALID] >= 1 or (phase == "examples" and kinds.total() == kinds[TOGETHER])


@pytest.mark.parametrize("phase", ["coverage", "fuzzing"])
@pytest.mark.parametrize("name", [name for name, contract in CONTRACTS.items() if contract.can_be_wrong])
def test_an_invalid_request_is_refused_or_sent_exactly_as_asked(name: str, phase: str) -> None:
    kinds = tried(name, phase, GenerationMode.NEGATIVE)
    parameters = CONTRACTS[name].parameters.values()
    assert kinds.total() >= len(parameters)
    assert kinds[REFUSED] >= 1 or all(set(each.schema) == {"type"} for each in parameters)
    # For an enumeration that is required, the coverage phase makes no other text.
    listed = [each for each in parameters if "enum" in each.schema and each.location == "query" and not each.required]
    assert kinds[SENT] >= 1 or phase == "fuzzing" or not listed
