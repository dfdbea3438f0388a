"""Steering the fake cloud that is served while it runs, and who can't."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, example_leak
from cloudkeys.testing.__main__ import main
from cloudkeys.testing.control import HEADER, PREFIX, Control
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.routes import ROUTES, TOKENS_PATH
from contract.tally import trying
from testing.requests import SECRETS, fixed_cloud, request_of

STEERED = "fake cloud: steered while it is served"
HEADERS = {"Host": "127.0.0.1:8080", HEADER: "1"}
FAULT = {"fault": "throttled", "operation": SECRETS, "settings": {"retry_after": 3}, "after": 1, "times": 2}
UNMET = f"throttled for calls of {SECRETS}: 0 of 2 calls met it, after 1 more that pass"


@pytest.fixture
def control() -> Control:
    return Control(lambda: fixed_cloud(leaks=[example_leak(1)]))


def steer(control: Control, method: str, name: str, body: Any = None, headers: Any = HEADERS) -> tuple[int, Any]:
    """Return the status and the JSON of what a request is answered."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answer = control.answer(ReceivedRequest(method, PREFIX + name, httpx.Headers(headers), content))
    return answer.status, json.loads(answer.body)


def test_the_calls_are_listed_and_the_faults_that_are_left(control: Control) -> None:
    assert steer(control, "GET", "calls") == (200, {"calls": [], "unmet_faults": []})
    control.answer(request_of(SECRETS))
    call = {
        "operation": SECRETS,
        "target": request_of(SECRETS).target,
        "caller": "FAKECLOUD",
        "status": 200,
        "code": "",
    }
    with trying(SECRETS, 200, STEERED):
        assert steer(control, "GET", "calls") == (200, {"calls": [call], "unmet_faults": []})


def test_a_fault_is_injected_while_it_runs(control: Control) -> None:
    with trying(SECRETS, 429, STEERED):
        assert steer(control, "POST", "faults", FAULT) == (200, {"unmet_faults": [UNMET]})
        answers = [control.answer(request_of(SECRETS)) for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 429, 429, 200]
        assert answers[1].headers["Retry-After"] == "3"
        assert steer(control, "GET", "calls")[1]["unmet_faults"] == []


def test_a_reset_brings_back_the_start(control: Control) -> None:
    before = control.cloud
    before.leaks.append(example_leak(2))
    before.denied.add(SECRETS)
    control.answer(request_of(SECRETS))
    steer(control, "POST", "faults", FAULT)
    with trying(SECRETS, 200, STEERED):
        assert steer(control, "POST", "reset") == (200, {"unmet_faults": []})
        assert control.cloud is not before
        assert (control.cloud.leaks, control.cloud.calls) == ([example_leak(1)], [])
        assert control.answer(request_of(SECRETS)).status == 200


def test_a_reset_that_fails_leaves_all_as_it_was() -> None:
    clouds = iter([FakeCloud()])

    def make() -> FakeCloud:
        try:
            return next(clouds)
        except StopIteration:
            raise ValueError("data.toml: it is no longer TOML") from None

    control = Control(make)
    cloud = control.cloud
    with trying("-", 400, STEERED):
        assert steer(control, "POST", "reset") == (400, {"error": "data.toml: it is no longer TOML"})
        assert control.cloud is cloud


WRONG: dict[str, tuple[Any, str]] = {
    "nothing": (None, "truncated"),
    "no JSON": (b"{", "truncated"),
    "no UTF-8": (b'{"fault": "\xff"}', "utf-8|UTF-8"),
    "another kind": ([], "Expected `object`"),
    "an unknown fault": ({"fault": "change"}, "change"),
    "an unknown field": (FAULT | {"afterwards": 1}, "afterwards"),
    "an unknown operation": (FAULT | {"operation": "ListSecret"}, "operation must be one of"),
    "an unknown setting": ({"fault": "failed", "settings": {"minutes": 1}}, "minutes"),
    "a missing setting": ({"fault": "slow"}, "seconds"),
    "a call before the first": (FAULT | {"after": -1}, "after"),
    "nesting": (b"[" * 60_000, "recursion|Expected"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_a_fault_is_told(name: str, control: Control) -> None:
    body, reason = WRONG[name]
    with trying("-", 400, STEERED):
        status, answer = steer(control, "POST", "faults", body)
        assert status == 400
        assert any(word in answer["error"] for word in reason.split("|")), answer
        assert control.cloud.unmet_faults() == []


HOSTS_OF_OTHERS = (
    *("fake.example", "fake.example:8080", "localhost.fake.example", "127.0.0.1.fake.example", "192.0.2.1:8080", ""),
    *("user@fake.example", "127.0.0.1@fake.example", "[2001:db8::1]:8080", "[", "127.0.0.1, fake.example", "::1", "."),
)


@pytest.mark.parametrize("host", HOSTS_OF_OTHERS)
def test_a_page_of_a_name_that_was_bound_to_loopback_steers_nothing(host: str, control: Control) -> None:
    with trying("-", 403, STEERED):
        status, answer = steer(control, "POST", "reset", headers={"Host": host, HEADER: "1"})
        assert (status, answer) == (403, {"error": "a request that steers the fake cloud has a host of loopback"})


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "127.9.9.9", "localhost", "LOCALHOST:1", "[::1]:8080"])
def test_this_machine_steers(host: str, control: Control) -> None:
    with trying("-", 200, STEERED):
        assert steer(control, "POST", "reset", headers={"Host": host, HEADER: ""})[0] == 200


@pytest.mark.parametrize("name", ["calls", "faults", "reset", "unknown"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_page_can_send_to_another_site_steers_nothing(method: str, name: str, control: Control) -> None:
    control.cloud.leaks.clear()
    form = {"Host": "127.0.0.1:8080", "Content-Type": "text/plain", "Origin": "https://fake.example"}
    with trying("-", 403, STEERED):
        status, answer = steer(control, method, name, FAULT, headers=form)
        assert (status, answer) == (403, {"error": f"a request that steers the fake cloud has the header {HEADER}"})
        assert (control.cloud.leaks, control.cloud.unmet_faults()) == ([], [])


def test_a_browser_that_asks_first_is_not_allowed(control: Control) -> None:
    asked = {
        "Host": "127.0.0.1:8080",
        "Origin": "https://fake.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": HEADER.lower(),
    }
    with trying("-", 403, STEERED):
        for headers in (asked, asked | {HEADER: "1"}):
            request = ReceivedRequest("OPTIONS", f"{PREFIX}reset", httpx.Headers(headers))
            answer = control.answer(request)
            assert answer.status in {403, 404}
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(("method", "name"), [("GET", ""), ("GET", "reset"), ("DELETE", "calls"), ("POST", "calls/1")])
def test_what_is_not_there_is_told(method: str, name: str, control: Control) -> None:
    with trying("-", 404, STEERED):
        assert steer(control, method, name) == (404, {"error": "there are GET calls, POST faults, POST reset"})


def test_a_large_body_is_refused(control: Control) -> None:
    with trying("-", 413, STEERED):
        assert steer(control, "POST", "faults", b" " * 65536)[0] == 400
        assert steer(control, "POST", "faults", b" " * 65537) == (413, {"error": "the body has more than 65536 bytes"})


def test_no_operation_has_such_a_path() -> None:
    assert not TOKENS_PATH.startswith(PREFIX)
    assert [route.operation.full_name for route in ROUTES if route.matched(f"{PREFIX}calls") is not None] == []


# The program.


class _ServedError(Exception):
    """The program would serve from now on."""


Started = Callable[..., Callable[[ReceivedRequest], FakeResponse]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Return what starts the program with options, and gives what would answer requests."""
    handlers: list[Callable[[ReceivedRequest], FakeResponse]] = []

    def serve(handler: Callable[[ReceivedRequest], FakeResponse], _host: str, _port: int) -> None:
        handlers.append(handler)
        raise _ServedError

    monkeypatch.setattr("cloudkeys.testing.__main__.serving", serve)

    def start(*options: str) -> Callable[[ReceivedRequest], FakeResponse]:
        with pytest.raises(_ServedError):
            main(options)
        return handlers[-1]

    return start


def status_of(handler: Callable[[ReceivedRequest], FakeResponse], method: str = "GET", name: str = "calls") -> int:
    return handler(ReceivedRequest(method, PREFIX + name, httpx.Headers(HEADERS))).status


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_a_program_that_only_this_machine_reaches_can_be_steered(host: str, started: Started) -> None:
    with trying("-", 200, STEERED):
        assert status_of(started("--host", host)) == 200


@pytest.mark.parametrize("addresses", [["0.0.0.0"], ["::"], ["192.0.2.1"], ["127.0.0.1", "192.0.2.1"], ["fe80::1%lo"]])  # noqa: S104 - refused
def test_a_program_that_others_reach_can_not(
    addresses: list[str], started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (one, 0)) for one in addresses])
    with trying("-", 404, STEERED):
        assert status_of(started("--host", "here.example")) == 404


def test_the_program_begins_anew_with_its_data(tmp_path: Path, started: Started) -> None:
    file = tmp_path / "data.toml"
    file.write_text(f"[[leaks]]\nId = 7\n[[faults]]\nfault = 'failed'\noperation = '{SECRETS}'\n")
    answer = started("--leaks", "2", "--data", str(file))
    with trying("-", 200, STEERED):
        assert status_of(answer, "POST", "reset") == 200
        listed = json.loads(answer(ReceivedRequest("GET", f"{PREFIX}calls", httpx.Headers(HEADERS))).body)
        assert listed == {"calls": [], "unmet_faults": [f"failed for calls of {SECRETS}: 0 of 1 calls met it"]}
        file.write_text("[[leaks]]\nId = 1\n")
        refused = answer(ReceivedRequest("POST", f"{PREFIX}reset", httpx.Headers(HEADERS)))
        assert refused.status == 400
        assert str(file) in json.loads(refused.body)["error"]


def test_it_is_steered_over_a_socket(control: Control) -> None:
    with serving(control.answer) as url, httpx.Client(base_url=url) as client, trying("-", 200, STEERED):
        assert client.get(f"{PREFIX}calls").status_code == 403
        headers = {HEADER: "1"}
        assert client.post(f"{PREFIX}faults", headers=headers, json=FAULT).json() == {"unmet_faults": [UNMET]}
        assert client.post("/v3/auth/tokens").status_code == 400
        (call,) = client.get(f"{PREFIX}calls", headers=headers).json()["calls"]
        assert (call["target"], call["status"]) == ("/v3/auth/tokens", 400)
        assert client.post(f"{PREFIX}reset", headers=headers).json() == {"unmet_faults": []}
        assert client.get(f"{PREFIX}calls", headers=headers).json()["calls"] == []
