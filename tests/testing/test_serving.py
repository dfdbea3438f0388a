"""A fake cloud as a server, and on the command line."""

from __future__ import annotations

import contextlib
import errno
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest

from cloudkeys import AccessKey, Alibaba, Huawei, Password, RetryPolicy
from cloudkeys.errors import ThrottledError
from cloudkeys.testing import FakeCloud
from cloudkeys.testing.__main__ import main

ONCE = RetryPolicy(attempts=1)

# The server.


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_server_runs_as_long_as_its_block_and_then_closes_open_connections(host: str) -> None:
    cloud = FakeCloud()
    with httpx.Client() as client:
        with cloud.serving(host) as url, cloud.serving(host) as other:
            assert url != other
            assert [client.get(each).status_code for each in (url, other)] == [405, 405]
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                client.get(url)


ADDRESSES = ("::1", "127.0.0.1")
Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Return a function that sets the addresses of all names; addresses stay as they are."""
    look_up = socket.getaddrinfo

    def set_addresses(*addresses: str) -> None:
        def found(host: str, *rest: Any, **options: Any) -> list[Any]:
            places = [host] if host in ADDRESSES else addresses
            return [entry for place in places for entry in look_up(place, *rest, **options)]

        monkeypatch.setattr(socket, "getaddrinfo", found)

    return set_addresses


def test_a_name_with_addresses_of_both_families_is_served_at_both(resolve: Resolve) -> None:
    resolve(*ADDRESSES)
    with FakeCloud().serving("both.example") as url:
        assert httpx.URL(url).host == "both.example"
        for address in ("[::1]", "127.0.0.1"):
            assert httpx.get(url.replace("both.example", address)).status_code == 405


def test_an_unavailable_family_is_left_out(resolve: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    make = socket.create_server

    def without_ipv6(address: Any, *, family: int, **options: Any) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return make(address, family=family, **options)

    monkeypatch.setattr(socket, "create_server", without_ipv6)
    resolve(*ADDRESSES)
    with FakeCloud().serving("both.example") as url:
        assert httpx.get(f"http://127.0.0.1:{httpx.URL(url).port}").status_code == 405
    resolve("::1")
    with pytest.raises(OSError, match=r"both\.example:0$"), FakeCloud().serving("both.example"):
        raise AssertionError("nothing listens")


def test_a_port_taken_at_one_address_is_refused_and_freed_at_the_other(resolve: Resolve) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        resolve("127.0.0.1", "::1")
        in_use = pytest.raises(OSError, match=rf"in use: both\.example:{port}$")
        with in_use, FakeCloud().serving("both.example", port):
            raise AssertionError("two servers listen at one port")
        with socket.create_server(("127.0.0.1", port)) as free:
            assert free.getsockname()[1] == port


def test_the_zone_of_an_ipv6_address_is_escaped_in_the_url(resolve: Resolve) -> None:
    resolve("::1")
    with FakeCloud().serving("::1%lo") as url:
        assert re.fullmatch(r"http://\[::1%25lo\]:[0-9]+", url)


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

[[member_leaks.127608589417]]
Id = 78

[[secrets.project-of-the-file]]
name = "secret-of-the-file"

[[faults]]
fault = "throttled"
operation = "huawei_csms.ListSecrets"
settings = {retry_after = 0}
times = 2
"""


@contextlib.contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the program; yield the process and the values that it prints."""
    command = [sys.executable, "-m", "cloudkeys.testing", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = [process.stdout.readline() for _ in range(7)] if process.stdout else []
            yield process, {name: value for name, _, value in (line.strip().partition(": ") for line in lines)}
        finally:
            process.kill()


def end(process: subprocess.Popen[str], sent: signal.Signals) -> int:
    """Send a signal to the program, check that it prints nothing more, and return its exit status."""
    process.send_signal(sent)
    assert process.communicate(timeout=60) == ("", "")
    return process.returncode


def test_the_program_serves_examples_and_the_data_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "data.toml"
    file.write_text(DATA)
    options = ["--leaks", "3", "--access-keys", "2", "--secrets", "4", "--data", str(file)]
    with running(*options) as (process, shown), contextlib.ExitStack() as stack:
        url, key = shown["base URL"], AccessKey(*shown["access key of Huawei Cloud"].split())
        alibaba = Alibaba(base_url=url, credentials=AccessKey(*shown["AccessKey pair of Alibaba Cloud"].split()))
        project, domain_id = shown["project"], shown["account ID"]
        huawei = Huawei(base_url=url, credentials=key, retry=ONCE, project_id=project, domain_id=domain_id)
        user, password, domain = shown["user, password, account"].split()
        login = Password(user=user, password=password, domain=domain)
        at_once = RetryPolicy(attempts=3, first_wait=0, jitter=0)
        by_password = Huawei(base_url=url, password=login, project_id="project-of-the-file", retry=at_once)
        for client in (alibaba, huawei, by_password):
            stack.enter_context(client)
        assert shown["IAM users"] == "example-user, user-of-the-file"
        list_leaks = alibaba.sas.describe_accesskey_leak_list
        assert [leak.id for leak in list_leaks()] == [1, 2, 3]
        assert [leak.id for leak in list_leaks(resource_directory_account_id=127608589417)] == [78]
        assert [user.user_principal_name for user in alibaba.ims.list_users()] == ["ram-user-of-the-file"]
        with pytest.raises(ThrottledError):
            list(huawei.csms.list_secrets())
        assert [secret.name for secret in by_password.csms.list_secrets()] == ["secret-of-the-file"]
        assert len(list(huawei.csms.list_secrets())) == 4
        keys = [key.access_key_id for key in huawei.iam_v5.list_access_keys("example-user")]
        assert keys == ["EXAMPLE000000001", "EXAMPLE000000002"]
        assert list(huawei.iam_v5.list_access_keys("user-of-the-file")) == []
        assert end(process, signal.SIGTERM) == -signal.SIGTERM


def test_the_program_can_be_interrupted() -> None:
    with running() as (process, shown):
        assert shown["IAM users"] == "none"
        assert end(process, signal.SIGINT) == 0


def run_main(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[object, str, str]:
    """Return the exit status, the output and the errors of the program."""
    with pytest.raises(SystemExit) as caught:
        main(options)
    shown, status = capsys.readouterr(), caught.value.code
    # For a text, Python prints it and exits with 1.
    return (1, shown.out, f"{shown.err}{status}\n") if isinstance(status, str) else (status, shown.out, shown.err)


WRONG_OPTIONS = [
    (["--port", "x"], "invalid int"),
    (["--port", "65536"], "port must be 0 to 65535"),
    (["--unknown"], "unrecognized"),
    (["--host", ""], "host must not be empty"),
    (["--host", "a" * 70], "invalid host name"),
]


@pytest.mark.parametrize(("options", "reason"), WRONG_OPTIONS)
def test_a_wrong_option_is_refused_with_the_reason(
    options: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, output, errors = run_main(capsys, *options)
    assert (status in {1, 2}, output) == (True, "")
    assert reason in errors
    assert errors.count("\n") == 1 or "usage" in errors


def test_a_wrong_address_is_refused_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        _, _, errors = run_main(capsys, "--port", str(port))
    assert errors.endswith(f"in use: 127.0.0.1:{port}; use --port 0 for any free port\n")
    with mock.patch("socket.getaddrinfo", side_effect=socket.gaierror(socket.EAI_NONAME, "not known")):
        _, _, errors = run_main(capsys, "--host", "no-such-host.example")
    assert errors.endswith("not known: no-such-host.example\n")


@pytest.mark.parametrize("content", [None, b"[[leaks]]\nId = 'x'", b"\xff"])
def test_a_wrong_data_file_is_refused_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data of a user.toml"
    if content is not None:
        file.write_bytes(content)
    status, output, errors = run_main(capsys, "--port", "0", "--data", str(file))
    assert (status, output) == (1, "")
    assert errors.startswith("cloudkeys.testing: ")
    assert str(file) in errors
    assert errors.count("\n") == 1
