"""The ways to a fake cloud: pytest's fixtures, a transport, a server, and the command line."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import operator
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Connections, Huawei, Password, RetryPolicy, testing
from cloudkeys.errors import ConnectionFailedError, ThrottledError
from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.__main__ import main
from cloudkeys.testing.http.transport import HandlerTransport
from contract.tally import trying
from driver import Driver, closed_port
from testing.inner_pytest import run_pytest
from testing.requests import LEAKS, alibaba, in_both_ways, reached

FIXTURE, SERVED, COMMAND = "fake cloud: fixture", "fake cloud: served", "fake cloud: command line"
ONCE = RetryPolicy(attempts=1)

# The fixtures.

TESTS_OF_A_USER = """
import asyncio

import pytest

from cloudkeys import Alibaba, AsyncAlibaba
from cloudkeys.testing import FakeCloud, example_leak


def leaks(alibaba):
    async def run():
        async with alibaba:
            return [leak async for leak in alibaba.sas.describe_accesskey_leak_list()]

    if isinstance(alibaba, AsyncAlibaba):
        return asyncio.run(run())
    with alibaba:
        return list(alibaba.sas.describe_accesskey_leak_list())


@pytest.mark.parametrize("is_async", [False, True])
def test_each_test_has_a_cloud_of_its_own(fake_cloud, is_async):
    assert isinstance(fake_cloud, FakeCloud)
    assert (fake_cloud.leaks, fake_cloud.calls) == ([], [])
    fake_cloud.leaks.append(example_leak())
    assert leaks(fake_cloud.async_alibaba() if is_async else fake_cloud.alibaba()) == [example_leak()]


@pytest.mark.parametrize("is_async", [False, True])
def test_the_url_is_that_of_the_cloud(fake_cloud, fake_cloud_url, is_async):
    fake_cloud.leaks.append(example_leak())
    assert fake_cloud_url.startswith("http://127.0.0.1:")
    kind = AsyncAlibaba if is_async else Alibaba
    assert leaks(kind(base_url=fake_cloud_url, credentials=fake_cloud.alibaba_key)) == [example_leak()]
    assert len(fake_cloud.calls) == 1
"""

TEST_WITHOUT_A_CLOUD = """
import sys

def test_nothing_is_loaded_that_is_not_needed():
    needless = {"httpx", "msgspec", "attrs", "stamina", "cloudkeys.testing.fake_cloud", "cloudkeys.runtime.client"}
    assert "cloudkeys._pytest_plugin" in sys.modules
    assert needless.isdisjoint(sys.modules)
"""


def test_the_fixtures_come_with_the_package(tmp_path: Path) -> None:
    with trying(LEAKS, 200, FIXTURE):
        run = run_pytest(tmp_path, TESTS_OF_A_USER)
        assert "4 passed" in run.stdout, run.stdout + run.stderr
        assert run.returncode == 0


def test_tests_without_a_fake_cloud_load_none(tmp_path: Path) -> None:
    with trying("-", "-", FIXTURE):
        run = run_pytest(tmp_path, TEST_WITHOUT_A_CLOUD)
        assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_the_fixtures_are_explained(tmp_path: Path) -> None:
    with trying("-", "-", FIXTURE):
        run = run_pytest(tmp_path, "", "--fixtures")
        assert "fake_cloud --" in run.stdout
        assert "fake_cloud_url --" in run.stdout


# The transport and the server.


def listed(client: Any, *listings: Any) -> list[list[Any]]:
    """Return the items of listings, and close the client's connections."""

    async def run() -> list[list[Any]]:
        async with client:
            return [[item async for item in listing] for listing in listings]

    if isinstance(client, AsyncAlibaba | AsyncHuawei):
        return asyncio.run(run())
    with client:
        return [list(listing) for listing in listings]


def test_a_client_of_ones_own_can_call_it(driver: Driver) -> None:
    cloud = FakeCloud(leaks=[example_leak()])
    with reached(cloud, driver) as settings, trying(LEAKS, 200, SERVED):
        alibaba = driver.front_classes[0](region="eu-central-1", credentials=cloud.alibaba_key, **settings)
        assert driver.items(alibaba.sas.describe_accesskey_leak_list()) == cloud.leaks


def test_httpx_alone_can_call_it() -> None:
    cloud = FakeCloud()
    transport = HandlerTransport(cloud.answer)

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post("https://iam.example/v3/auth/tokens", content=b"{}")

    with trying("-", "-", SERVED), httpx.Client(transport=transport) as client, cloud.serving() as url:
        one = client.post("https://iam.example/v3/auth/tokens", content=b"{}")
        other = asyncio.run(run())
        served = httpx.post(f"{url}/v3/auth/tokens", content=b"{}")
        assert one.json() == other.json() == served.json()
        assert {one.status_code, other.status_code, served.status_code} == {400}
        assert [call.target for call in cloud.calls] == ["/v3/auth/tokens"] * 3


@in_both_ways
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_server_lives_as_long_as_its_block(host: str, way: str) -> None:
    cloud = FakeCloud(leaks=[example_leak()])
    with cloud.serving(host) as url, cloud.serving(host) as other:
        assert url != other
        for each in (url, other):
            client = alibaba(way, cloud, base_url=each, connections=Connections(), retry=ONCE)
            with trying(LEAKS, 200, SERVED):
                assert listed(client, client.sas.describe_accesskey_leak_list()) == [cloud.leaks]
    closed = alibaba(way, cloud, base_url=url, connections=Connections(), retry=ONCE)
    with trying(LEAKS, "-", SERVED), pytest.raises(ConnectionFailedError):
        listed(closed, closed.sas.describe_accesskey_leak_list())


FAMILIES = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what gives addresses to the name `both.example`."""
    look_up = socket.getaddrinfo

    def name(*addresses: str) -> None:
        found = [
            (FAMILIES[each], socket.SOCK_STREAM, 6, "", (each, 0, 0, 0) if ":" in each else (each, 0))
            for each in addresses
        ]
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *rest, **options: found if host == "both.example" else look_up(host, *rest, **options),
        )

    return name


@pytest.mark.parametrize("port_given", [False, True])
def test_a_name_of_both_families_is_served_at_both(named: Callable[..., None], *, port_given: bool) -> None:
    cloud = FakeCloud()
    port = closed_port() if port_given else 0
    named("::1", "127.0.0.1")
    with cloud.serving("both.example", port) as url, trying("-", "-", SERVED):
        found = httpx.URL(url)
        assert (found.host, found.port) == ("both.example", port or found.port)
        for address in FAMILIES:
            with socket.create_connection((address, found.port or 0)) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                assert connection.recv(100).startswith(b"HTTP/1.1 405")


def test_a_family_that_is_switched_off_is_left_out(named: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    make = socket.create_server

    def without_ipv6(address: Any, *, family: int, **options: Any) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return make(address, family=family, **options)

    monkeypatch.setattr(socket, "create_server", without_ipv6)
    named("::1", "127.0.0.1")
    with FakeCloud().serving("both.example") as url, trying("-", "-", SERVED):
        port = httpx.URL(url).port
        assert httpx.get(f"http://127.0.0.1:{port}").status_code == 405
    named("::1")
    with pytest.raises(OSError, match=r"both\.example:0$"), FakeCloud().serving("both.example"):
        raise AssertionError("nobody listens")


def test_a_free_port_is_free_at_both_addresses(named: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    make, tried = socket.create_server, list[int]()

    def taken_at_first(address: Any, **options: Any) -> socket.socket:
        tried.append(address[1])
        if len(tried) == 2:
            raise OSError(errno.EADDRINUSE, "Address already in use")
        return make(address, **options)

    monkeypatch.setattr(socket, "create_server", taken_at_first)
    named("::1", "127.0.0.1")
    with FakeCloud().serving("both.example") as url, trying("-", "-", SERVED):
        assert tried == [0, tried[1], 0, httpx.URL(url).port]


def test_the_port_of_one_address_being_taken_is_told(named: Callable[..., None]) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken, trying("-", "-", SERVED):
        port = taken.getsockname()[1]
        named("127.0.0.1", "::1")
        in_use = pytest.raises(OSError, match=rf"in use: both\.example:{port}$")
        with in_use, FakeCloud().serving("both.example", port):
            raise AssertionError("two servers listen at one port")
        with socket.create_server(("127.0.0.1", port)) as free:
            assert free.getsockname()[1] == port


def test_a_zone_of_ipv6_is_escaped_in_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)
    with FakeCloud().serving("::1%lo") as url, trying("-", "-", SERVED):
        assert re.fullmatch(r"http://\[::1%25lo\]:[0-9]+", url)


def test_a_port_that_is_taken_is_told() -> None:
    cloud = FakeCloud()
    with cloud.serving() as url, trying("-", "-", SERVED):
        port = httpx.URL(url).port or 0
        with pytest.raises(OSError, match="in use"), cloud.serving(port=port):
            raise AssertionError("two servers listen at one port")
        assert httpx.get(url).status_code == 405


# The command line.

DATA = """
[[users]]
user_id = "user-of-the-file"
user_name = "u"
is_root_user = false
created_at = 2024-01-01T00:00:00Z
urn = "iam::d:user:user-of-the-file"
enabled = true

[[ram_users]]
UserPrincipalName = "ram-user-of-the-file"

[[ram_access_keys]]
UserPrincipalName = "ram-user-of-the-file"
AccessKeyId = "RAM-OF-THE-FILE"
Status = "Inactive"

[[leaks]]
Id = 77
AccesskeyId = "LTAIfile"

[[member_leaks.127608589417]]
Id = 78

[[access_keys]]
user_id = "example-user"
access = "OF-THE-FILE"
status = "inactive"
create_time = "2024-01-01T00:00:00Z"
last_use_time = 2024-01-01T00:00:00Z

[[secrets.project-of-the-file]]
name = "secret-of-the-file"

[[faults]]
fault = "throttled"
operation = "huawei_csms.ListSecrets"
settings = {retry_after = 0}
times = 2
"""


def start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cloudkeys.testing", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextlib.contextmanager
def command_line(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the program, and give what it says of itself."""
    process = start("--port", "0", *options)
    with process:
        try:
            lines = [process.stdout.readline() for _ in range(7)] if process.stdout else []
            yield process, {name: value for name, _, value in (line.strip().partition(": ") for line in lines)}
        finally:
            process.kill()


Ended = Callable[..., tuple[object, str, str]]


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str]) -> Ended:
    """Return what gives the exit status, the output and the errors of a program that ends by itself."""

    def run(*options: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(options)
        shown, status = capsys.readouterr(), caught.value.code
        # Python itself prints a text, and makes a 1 of it.
        return (1, shown.out, f"{shown.err}{status}\n") if isinstance(status, str) else (status, shown.out, shown.err)

    return run


def clients_of(said: dict[str, str], way: str) -> tuple[Any, Any, Any]:
    url = said["base URL"]
    classes: tuple[Any, Any] = (AsyncAlibaba, AsyncHuawei) if way == "async" else (Alibaba, Huawei)
    key, project = AccessKey(*said["access key of Huawei Cloud"].split()), said["project"]
    user, password, domain = said["user, password, account"].split()
    return (
        classes[0](base_url=url, credentials=AccessKey(*said["AccessKey pair of Alibaba Cloud"].split())),
        classes[1](base_url=url, credentials=key, project_id=project, domain_id=said["account ID"]),
        classes[1](
            base_url=url,
            password=Password(user=user, password=password, domain=domain),
            project_id="project-of-the-file",
            retry=RetryPolicy(attempts=3, first_wait=0, jitter=0),
        ),
    )


@in_both_ways
def test_the_program_serves_examples_and_the_data_of_a_file(way: str, tmp_path: Path) -> None:
    file = tmp_path / "data.toml"
    file.write_text(DATA)
    options = ["--leaks", "3", "--access-keys", "2", "--secrets", "4", "--data", str(file)]
    with command_line(*options) as (process, said), trying("-", 200, COMMAND):
        sas, huawei, by_password = clients_of(said, way)
        assert said["IAM users"] == "example-user, user-of-the-file"
        leaks_of = sas.sas.describe_accesskey_leak_list
        leaks = listed(sas, leaks_of(), leaks_of(resource_directory_account_id=127608589417))
        assert [[leak.id for leak in each] for each in leaks] == [[1, 2, 3, 77], [78]]
        (users,) = listed(sas, sas.ims.list_users())
        assert [user.user_principal_name for user in users] == ["ram-user-of-the-file"]
        once = huawei.with_options(retry=ONCE)
        with pytest.raises(ThrottledError):
            listed(huawei, once.csms.list_secrets())
        (found,) = listed(by_password, by_password.csms.list_secrets())
        assert [secret.name for secret in found] == ["secret-of-the-file"]
        users = [huawei.iam_v5.list_access_keys(user) for user in ("example-user", "user-of-the-file")]
        secrets, keys, none = listed(huawei, huawei.csms.list_secrets(), *users)
        assert len(secrets) == 4
        assert [key.access_key_id for key in keys] == ["EXAMPLE000000001", "EXAMPLE000000002", "OF-THE-FILE"]
        assert none == []
        assert process.poll() is None


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_the_program_ends_in_silence(sent: signal.Signals, status: int) -> None:
    with command_line() as (process, said), trying("-", "-", COMMAND):
        assert said["IAM users"] == "none"
        os.kill(process.pid, sent)
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == status


def test_the_program_explains_itself(ended: Ended) -> None:
    with trying("-", "-", COMMAND):
        status, output, errors = ended("--help")
        assert (status, errors) == (0, "")
        for option in ("--host", "--port", "--leaks", "--access-keys", "--secrets", "--data"):
            assert option in output


@pytest.mark.parametrize(
    "options",
    [
        ["--port", "x"],
        ["--port", "65536"],
        ["--port", "-1"],
        ["--leaks", "many"],
        ["--unknown"],
        ["--host", ""],
        ["--host", "a" * 70],
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_told_without_a_traceback(options: list[str], ended: Ended) -> None:
    with trying("-", "-", COMMAND):
        status, output, errors = ended(*options)
        assert status in {1, 2}
        assert output == ""
        assert "Traceback" not in errors
        assert re.search("port|invalid int|unrecognized|host", errors)
        assert errors.count("\n") == 1 or "usage" in errors


def test_a_taken_port_is_told_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, trying("-", "-", COMMAND):
        port = taken.getsockname()[1]
        output, errors = start("--port", str(port)).communicate(timeout=60)
        assert output == ""
        assert re.fullmatch(rf"cloudkeys\.testing: .*in use: 127\.0\.0\.1:{port}; --port 0 takes .*\n", errors)


def test_an_address_of_another_machine_is_told_without_a_traceback() -> None:
    with trying("-", "-", COMMAND):
        output, errors = start("--host", "203.0.113.1").communicate(timeout=60)
        assert output == ""
        assert re.fullmatch(r"cloudkeys\.testing: .*: 203\.0\.113\.1:8080\n", errors)


def test_a_name_without_an_address_is_told_without_a_traceback(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_options: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with trying("-", "-", COMMAND):
        _, output, errors = ended("--host", "no-such-host.example")
        assert output == ""
        assert errors.endswith("Name or service not known: no-such-host.example\n")


@pytest.mark.parametrize("content", [None, b"[[leaks]]\nId = 'x'", b"\xff", b"[[faults]]\nfault = 'unheard-of'"])
def test_a_wrong_file_is_told_without_a_traceback(content: bytes | None, tmp_path: Path, ended: Ended) -> None:
    file = tmp_path / "data of a user.toml"
    if content is not None:
        file.write_bytes(content)
    with trying("-", "-", COMMAND):
        status, output, errors = ended("--port", "0", "--data", str(file))
        assert (status, output) == (1, "")
        assert errors.startswith("cloudkeys.testing: ")
        assert str(file) in errors
        assert errors.count("\n") == 1


def test_the_package_says_what_it_has() -> None:
    exported = {name: getattr(testing, name) for name in testing.__all__}
    assert isinstance(exported.pop("WITHOUT_WAITS"), RetryPolicy)
    assert {each.__name__ for each in exported.values()} == set(exported)
    with pytest.raises(AttributeError, match="unknown"):
        operator.attrgetter("unknown")(testing)


def test_nobody_is_answered_after_the_end() -> None:
    with httpx.Client() as client:
        with FakeCloud().serving() as url:
            assert client.get(url).status_code == 405
        with pytest.raises(httpx.TransportError):
            client.get(url)
