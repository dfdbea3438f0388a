"""Control of a served fake cloud over HTTP: its operations, who can use them, and the data file."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, example_leak
from cloudkeys.testing.__main__ import main
from cloudkeys.testing.control import HEADER, PREFIX, Control
from cloudkeys.testing.data_file import fill
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.state import PROJECT_ID
from testing.requests import KEY, SECRETS, fixed_cloud, request_of

HEADERS = {"Host": "127.0.0.1:8080", HEADER: "1"}
FAULT = {"fault": "throttled", "operation": SECRETS, "settings": {"retry_after": 3}, "after": 1, "times": 2}
UNMET = f"throttled for calls of {SECRETS}: 0 of 2 calls met it, after 1 more that pass"


@pytest.fixture
def control() -> Control:
    return Control(lambda: fixed_cloud(leaks=[example_leak(1)]))


def send(control: Control, method: str, name: str, body: Any = None, headers: Any = HEADERS) -> tuple[int, Any]:
    """Return the status and the JSON of the response to a control request."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    response = control.respond(ReceivedRequest(method, PREFIX + name, httpx.Headers(headers), content))
    return response.status, json.loads(response.body)


def test_a_fault_is_injected_and_its_calls_are_listed(control: Control) -> None:
    assert send(control, "POST", "faults", FAULT) == (200, {"unmet_faults": [UNMET]})
    responses = [control.respond(request_of(SECRETS)) for _ in range(4)]
    assert [response.status for response in responses] == [200, 429, 429, 200]
    assert responses[1].headers["Retry-After"] == "3"
    status, listed = send(control, "GET", "calls")
    assert (status, listed["unmet_faults"], len(listed["calls"])) == (200, [], 4)
    target = request_of(SECRETS).target
    call = {"operation": SECRETS, "target": target, "caller": "FAKECLOUD", "status": 200, "code": ""}
    assert listed["calls"][0] == call


def test_a_reset_restores_the_start(control: Control) -> None:
    before = control.cloud
    before.leaks.append(example_leak(2))
    before.denied.add(SECRETS)
    control.respond(request_of(SECRETS))
    send(control, "POST", "faults", FAULT)
    assert send(control, "POST", "reset") == (200, {"unmet_faults": []})
    assert control.cloud is not before
    assert (control.cloud.leaks, control.cloud.calls) == ([example_leak(1)], [])
    assert control.respond(request_of(SECRETS)).status == 200


WRONG_REQUESTS: dict[str, tuple[Any, str]] = {
    "no body": (None, "truncated"),
    "no UTF-8": (b'{"fault": "\xff"}', "utf-8|UTF-8"),
    "another type": ([], "Expected `object`"),
    "an unknown fault": ({"fault": "change"}, "change"),
    "an unknown field": (FAULT | {"afterwards": 1}, "afterwards"),
    "an unknown operation": (FAULT | {"operation": "ListSecret"}, "operation must be one of"),
    "an unknown setting": ({"fault": "failed", "settings": {"minutes": 1}}, "minutes"),
    "a negative number": (FAULT | {"after": -1}, "after"),
    "nesting": (b"[" * 60_000, "recursion|Expected"),
}


@pytest.mark.parametrize("name", WRONG_REQUESTS)
def test_a_wrong_fault_is_refused_with_the_reason(name: str, control: Control) -> None:
    body, reason = WRONG_REQUESTS[name]
    status, response = send(control, "POST", "faults", body)
    assert status == 400
    assert re.search(reason, response["error"])
    assert control.cloud.unmet_faults() == []


def test_an_unknown_path_and_a_large_body_are_refused(control: Control) -> None:
    for method, name in (("GET", ""), ("GET", "reset"), ("DELETE", "calls"), ("POST", "calls/1")):
        assert send(control, method, name) == (404, {"error": "use GET calls, POST faults, POST reset"})
    assert send(control, "POST", "faults", b" " * 65536)[0] == 400
    assert send(control, "POST", "faults", b" " * 65537) == (413, {"error": "the body is larger than 65536 bytes"})


# Who can control it.

HOSTS_OF_OTHERS = (
    *("fake.example", "fake.example:8080", "localhost.fake.example", "127.0.0.1.fake.example", "192.0.2.1:8080", ""),
    *("user@fake.example", "127.0.0.1@fake.example", "[2001:db8::1]:8080", "[", "127.0.0.1, fake.example", "::1", "."),
)


def test_a_page_whose_name_resolves_to_loopback_cannot_control_the_cloud(control: Control) -> None:
    refusal = (403, {"error": "control requests must have a loopback host"})
    for host in HOSTS_OF_OTHERS:
        assert send(control, "POST", "reset", headers={"Host": host, HEADER: "1"}) == refusal
    for host in ("127.0.0.1:8080", "127.9.9.9", "localhost", "LOCALHOST:1", "[::1]:8080"):
        assert send(control, "POST", "reset", headers={"Host": host, HEADER: ""})[0] == 200


@pytest.mark.parametrize("name", ["calls", "faults", "reset", "unknown"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_cross_site_request_cannot_control_the_cloud(method: str, name: str, control: Control) -> None:
    control.cloud.leaks.clear()
    form = {"Host": "127.0.0.1:8080", "Content-Type": "text/plain", "Origin": "https://fake.example"}
    status, response = send(control, method, name, FAULT, headers=form)
    assert (status, response) == (403, {"error": f"control requests must have the header {HEADER}"})
    assert (control.cloud.leaks, control.cloud.unmet_faults()) == ([], [])


def test_a_preflight_request_of_a_browser_is_not_allowed(control: Control) -> None:
    preflight = {"Host": "127.0.0.1:8080", "Access-Control-Request-Headers": HEADER.lower()}
    for headers in (preflight, preflight | {HEADER: "1"}):
        response = control.respond(ReceivedRequest("OPTIONS", f"{PREFIX}reset", httpx.Headers(headers)))
        assert response.status in {403, 404}
        assert "access-control" not in str(response.headers).lower()


Handler = Callable[[ReceivedRequest], FakeResponse]


def start(*options: str) -> Handler:
    """Start the program with options, and return its handler of requests."""
    with (
        mock.patch("cloudkeys.testing.__main__.serving", side_effect=OSError) as serve,
        pytest.raises(SystemExit),
    ):
        main(options)
    handler: Handler = serve.call_args.args[0]
    return handler


def call(handler: Handler, method: str = "GET", name: str = "calls") -> FakeResponse:
    return handler(ReceivedRequest(method, PREFIX + name, httpx.Headers(HEADERS)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_a_server_that_only_this_machine_reaches_can_be_controlled(host: str) -> None:
    assert call(start("--host", host)).status == 200


@pytest.mark.parametrize("addresses", [["0.0.0.0"], ["::"], ["192.0.2.1"], ["127.0.0.1", "192.0.2.1"], ["fe80::1%lo"]])  # noqa: S104 - refused
def test_a_server_that_others_reach_cannot(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (one, 0)) for one in addresses])
    assert call(start("--host", "here.example")).status == 404


def test_a_reset_reads_the_data_file_again(tmp_path: Path) -> None:
    file = tmp_path / "data.toml"
    file.write_text(f"[[leaks]]\nId = 7\n[[faults]]\nfault = 'failed'\noperation = '{SECRETS}'\n")
    handler = start("--leaks", "2", "--data", str(file))
    assert call(handler, "POST", "reset").status == 200
    before = {"calls": [], "unmet_faults": [f"failed for calls of {SECRETS}: 0 of 1 calls met it"]}
    assert json.loads(call(handler).body) == before
    # The file repeats an example; the reset changes nothing.
    file.write_text("[[leaks]]\nId = 1\n")
    response = call(handler, "POST", "reset")
    assert (response.status, str(file) in json.loads(response.body)["error"]) == (400, True)
    assert json.loads(call(handler).body) == before


def test_a_served_cloud_is_controlled_over_a_socket(control: Control) -> None:
    with serving(control.respond) as url, httpx.Client(base_url=url) as client:
        assert client.get(f"{PREFIX}calls").status_code == 403
        headers = {HEADER: "1"}
        assert client.post(f"{PREFIX}faults", headers=headers, json=FAULT).json() == {"unmet_faults": [UNMET]}
        assert client.post("/v3/auth/tokens").status_code == 400
        (listed,) = client.get(f"{PREFIX}calls", headers=headers).json()["calls"]
        assert (listed["target"], listed["status"]) == ("/v3/auth/tokens", 400)


# The data file.


def filled(folder: Path, content: str | bytes) -> FakeCloud:
    file, cloud = folder / "data.toml", fixed_cloud()
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    fill(cloud, file)
    return cloud


WRONG_FILES: dict[str | bytes, str] = {
    "[[leaks": "Expected",
    b"a = '\xff'": "utf-8",
    "a = " + "[" * 100_000: "data",
    "[[leak]]": "leak",
    "[leaks]\nId = 1": "leaks",
    "[[leaks]]\nId = 1\n[[leaks]]\nIdd = 2": r"unknown field `Idd` - at `\$\.leaks\[1\]`",
    "[[leaks]]\nId = 1\n[[leaks]]\nId = 'x'": r"leaks\[1\]\.Id",
    "[[leaks]]\nId = 1\n[[leaks]]\nId = 1": "leaks contains the id 1 more than once",
    "[[ram_access_keys]]\nUserPrincipalName = 'u'\nAccessKeyId = 'LTAIexample000000001'": "'LTAIexample000000001'",
    "[[member_leaks.x]]\nId = 1": "member_leaks",
    "[[secrets]]\nname = 'a'": "secrets",
    "[[secrets.p]]\nname = 's'\nstat = 'ENABLED'": r"unknown field `stat`",
    "[[faults]]\nfault = 'slow'": "seconds",
    "[[faults]]\nfault = 'slow'\nsettings = {seconds = 1}\ntimes = 0": "times",
}


@pytest.mark.parametrize("content", WRONG_FILES, ids=range(len(WRONG_FILES)))
def test_a_wrong_data_file_is_refused_with_its_name_and_the_position(content: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=WRONG_FILES[content]) as raised:
        filled(tmp_path, content)
    assert str(tmp_path / "data.toml") in str(raised.value)


def test_a_data_file_adds_to_the_data_of_the_cloud(tmp_path: Path) -> None:
    entries = ((PROJECT_ID, "a"), ("new", "b"), (PROJECT_ID, "c"))
    cloud = filled(tmp_path, "\n".join(f"[[secrets.{project}]]\nname = '{name}'" for project, name in entries))
    assert [secret.name for secret in cloud.secrets[PROJECT_ID]] == ["example-secret-1", "a", "c"]
    assert (cloud.projects[PROJECT_ID], cloud.projects["new"]) == ("cn-north-4", "new")


SETTINGS = {"slow": "{seconds = 3}", "broken_connection": "{ending = 'cut off'}"}


@pytest.mark.parametrize("name", ["throttled", "failed", "gateway_page", "malformed", "repeated_page", *SETTINGS])
def test_a_data_file_may_have_each_fault(name: str, tmp_path: Path) -> None:
    entry = f"[[faults]]\nfault = '{name}'\nsettings = {SETTINGS.get(name, '{}')}\noperation = '{KEY}'\nafter = 1\n"
    cloud = filled(tmp_path, entry)
    assert cloud.unmet_faults() == [f"{name} for calls of {KEY}: 0 of 1 calls met it, after 1 more that pass"]
    responses = [cloud.respond(request_of(KEY)) for _ in range(2)]
    assert [response.delay for response in responses] == [0, 3 if name == "slow" else 0]
    assert responses[1].ending == ("cut off" if name == "broken_connection" else "complete")
