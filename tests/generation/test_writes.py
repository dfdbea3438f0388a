"""Requests and results: each row of the table is sent, and compared with the bytes on the wire."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
from openapi_python_client.strings import PythonIdentifier

from cloudkeys.errors import ParameterError, StatusError
from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock
from generation.writes import generated, models, open_client, package, writes_spec

KEY = b'{"id":"1","secret":"wJalrXUtnFEMI"}'


class Row(NamedTuple):
    """A call, its request, the response, and the result as JSON."""

    call: Callable[[Any, Any], Any]
    method: str
    target: str
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default, never changed
    answer: FakeResponse = FakeResponse(200, b"{}")
    result: Any = {}  # noqa: RUF012


CREATED = FakeResponse(201, KEY)
IS_KEY = {"id": "1", "secret": "wJalrXUtnFEMI"}
FOUND = FakeResponse(200, KEY)
NO_BODY = FakeResponse(204, b"")
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def created(body: str, build: Callable[[Any], dict[str, Any]] = lambda _: {}, **given: Any) -> Row:
    """Return a row of a creation; what needs the models is built when they exist."""
    return Row(
        lambda client, models: client.create_key("u", None, **given, **build(models)),
        *("POST", "/keys", f'{{"user":"u","owner":null{body}}}'.encode()),
        answer=CREATED,
        result=IS_KEY,
    )


ROWS: dict[str, Row] = {
    "required fields, one of them null": created(""),
    "an optional field that is given": created(',"count":3', count=3),
    "a field that may be null and is": created(',"note":null', note=None),
    "a field that may be null and isn't": created(',"note":"n"', note="n"),
    "a boolean and a number": created(',"rate":0.5,"is_open":false', rate=0.5, is_open=False),
    "a moment": created(',"until":"2026-01-02T03:04:05Z"', until=MOMENT),
    "an enumeration by its text": created(',"status":"active"', status="active"),
    "an enumeration with a value that no page has": created(',"status":"frozen"', status="frozen"),
    "an array with null in it": created(',"words":["a",null]', words=["a", None]),
    "an empty array": created(',"words":[]', words=[]),
    "a secret as text": created(',"secret":"topsecret"', secret="topsecret"),  # noqa: S106
    "a secret": created(',"secret":"topsecret"', secret=SecretStr("topsecret")),
    "a secret that is null": created(',"pin":null', pin=None),
    "text beyond ASCII": created(',"note":"é\\"\\n"', note='é"\n'),
    "an array of objects": created(
        ',"tags":[{"Key":"a","Value":"é"},{"Key":"b"}]',
        lambda m: {"tags": [m.Tag(key="a", value="é"), m.Tag(key="b")]},
    ),
    "an array of an enumeration": created(',"statuses":["active"]', lambda m: {"statuses": [m.Status.ACTIVE]}),
    "objects in objects, with a secret": created(
        ',"login":{"Password":"p","User":{"Key":"k"},"Attempts":2}',
        lambda m: {"login": m.Login(password=SecretStr("p"), user=m.Tag(key="k"), attempts=2)},
    ),
    "another 2xx with another body": created("")._replace(
        answer=FakeResponse(200, b'{"RequestId":"r"}'), result={"RequestId": "r"}
    ),
    "another 2xx without a body": created("")._replace(answer=FakeResponse(202, b""), result=None),
    "a PUT with headers": Row(
        lambda client, m: client.update_key("a", 3, m.CredentialUpdate(status=m.Status.INACTIVE), x_trace="t 1"),
        *("PUT", "/keys/a", b'{"credential":{"status":"inactive"}}'),
        headers={"X-Trace": "t 1", "X-Depth": "3"},
        answer=FOUND,
        result=IS_KEY,
    ),
    "a PUT with an empty object": Row(
        lambda client, m: client.update_key("é", 3, m.CredentialUpdate()),
        *("PUT", "/keys/%C3%A9", b'{"credential":{}}'),
        headers={"X-Depth": "3"},
        answer=FOUND,
        result=IS_KEY,
    ),
    "a POST without a body": Row(
        lambda client, _: client.activate_key("1"),
        *("POST", "/keys/1/activate"),
        headers={"Content-Type": "application/json"},
        answer=NO_BODY,
        result=None,
    ),
    "a DELETE with 204": Row(
        lambda client, _: client.delete_key("1"), *("DELETE", "/keys/1"), answer=NO_BODY, result=None
    ),
    "a DELETE with a body": Row(
        lambda client, _: client.delete_keys(["a", "b"]), *("DELETE", "/keys", b'{"ids":["a","b"]}')
    ),
    "arrays in the query": Row(
        lambda client, m: client.mark(
            id_list=[3, 4], tag=[m.Tag(key="a b", value="c"), m.Tag(key="d&e")], kind=["x", "é+"]
        ),
        "POST",
        "/?IdList.1=3&IdList.2=4&Tag.1.Key=a%20b&Tag.1.Value=c&Tag.2.Key=d%26e&kind=x&kind=%C3%A9%2B",
    ),
    "an RPC operation": Row(lambda client, _: client.drop_key(id="a"), "POST", "/?Id=a"),
    "one of exactly one": Row(
        lambda client, _: client.find(user_id="a"), "GET", "/?UserId=a", answer=FOUND, result=IS_KEY
    ),
    "None where one is given": Row(
        lambda client, _: client.find(user_name="a", user_id=None, after="b"),
        *("GET", "/?UserName=a&After=b"),
        answer=FOUND,
        result=IS_KEY,
    ),
    "secrets in the query and a header": Row(
        lambda client, _: client.set_password("pass word", x_unlock="un lock"),
        *("POST", "/?Password=pass%20word"),
        headers={"X-Unlock": "un lock"},
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_request_is_sent_and_its_result_is_read_as_the_spec_states(name: str, driver: Driver) -> None:
    row, sent = ROWS[name], []

    def handle(request: httpx.Request) -> FakeResponse:
        sent.append(request)
        return row.answer

    client = open_client(driver, handle)
    result = driver.run(lambda: row.call(client, models()))
    (request,) = sent
    assert (request.method, request.url.raw_path.decode(), request.content) == (row.method, row.target, row.body)
    wanted = row.headers | ({"Content-Type": "application/json"} if row.body else {})
    assert {name: request.headers.get(name) for name in ("Content-Type", *wanted)} == {"Content-Type": None} | wanted
    # A GET or a DELETE without a body needs no length, but aiohttp sends one.
    lengths = {str(len(row.body))} | ({None} if row.method in {"GET", "DELETE"} and not row.body else set[Any]())
    assert request.headers.get("Content-Length") in lengths
    assert "Transfer-Encoding" not in request.headers
    found = msgspec.to_builtins(result, enc_hook=lambda secret: secret.reveal())
    assert found == row.result


REFUSED: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "a text that is too long": (lambda c, _: c.create_key("toolong", None), "user: Expected `str` of length <= 5"),
    "no value for a required field": (lambda c, _: c.create_key(None, "o"), "user: is required"),
    "a wrong type deep in the body": (
        lambda c, m: c.create_key("u", None, tags=[m.Tag(key=1)]),
        "tags[0].Key: Expected `str`, got `int`",
    ),
    "a number that is too large, deep in the body": (
        lambda c, m: c.update_key("1", 1, m.CredentialUpdate(days=2**31)),
        "credential.days: Expected `int` <= 2147483647",
    ),
    "null where it may not be": (
        lambda c, m: c.update_key("1", 1, m.CredentialUpdate(description=None)),
        "credential.description: Expected `str`, got `null`",
    ),
    "a moment without a zone": (
        lambda c, _: c.create_key("u", None, until=MOMENT.replace(tzinfo=None)),
        "until: Expected `datetime` with a timezone component",
    ),
    "no number": (lambda c, _: c.create_key("u", None, rate=float("nan")), "rate: must be a number"),
    "too many items": (
        lambda c, m: c.mark(id=1, tag=[m.Tag(key="a")] * 3),
        "Tag: Expected `array` of length <= 2",
    ),
    "a wrong type in an object of the query": (
        lambda c, m: c.mark(id=1, tag=[m.Tag(key=1)]),
        "Tag[0].Key: Expected `str`, got `int`",
    ),
    "a long text in an object of the query": (
        lambda c, m: c.mark(id=1, tag=[m.Tag(key="k", value="toolong")]),
        "Tag[0].Value: Expected `str` of length <= 5",
    ),
    "a number in an array that is too large": (lambda c, _: c.mark(id_list=[2**63]), "IdList[0]: Expected `int` <= "),
    "an empty array in the query": (lambda c, _: c.mark(id_list=[]), "IdList: must have an item"),
    "half of a surrogate pair in the query": (lambda c, _: c.mark(id=1, kind=["\ud800"]), "kind: must be text"),
    "half of a surrogate pair in a secret": (
        lambda c, _: c.create_key("u", None, secret="\ud800"),  # noqa: S106
        "secret: must be text",
    ),
    "an object that can't be sent": (lambda c, _: c.create_key("u", None, tags=[object()]), "tags: holds what can't"),
    "a header with a line break": (
        lambda c, m: c.update_key("1", 1, m.CredentialUpdate(), x_trace="a\r\nb: c"),
        "X-Trace: the value must be printable ASCII",
    ),
    "none of at least one": (lambda c, _: c.mark(kind=["x"]), "Id or IdList: give at least one of Id, IdList"),
    "none of exactly one": (lambda c, _: c.find(), "UserId or UserName: give exactly one of UserId, UserName"),
    "two of exactly one": (lambda c, _: c.find(user_id="a", user_name="b"), "give exactly one of UserId, UserName"),
    "two of at most one": (
        lambda c, _: c.find(user_id="a", after="b", before="c"),
        "After or Before: give at most one of After, Before",
    ),
}


@over_mock
@pytest.mark.parametrize("name", REFUSED)
def test_a_call_that_the_spec_forbids_is_not_sent(name: str, driver: Driver) -> None:
    call, message = REFUSED[name]
    client = open_client(driver, lambda _: pytest.fail("it was sent"))
    with pytest.raises(ParameterError) as caught:
        driver.run(lambda: call(client, models()))
    assert message in str(caught.value)
    assert caught.value.may_have_taken_effect is False


@over_mock
def test_none_is_not_sent_even_if_results_share_the_schema(driver: Driver) -> None:
    # What responses don't require may be null in them, so that their Struct takes null.
    spec = writes_spec()
    spec["components"]["schemas"]["Key"]["properties"]["created"] = {
        "$ref": "#/components/schemas/CreateKeyBody",
    }
    made, _ = generated(spec)
    bodies: list[bytes] = []

    def handle(request: httpx.Request) -> FakeResponse:
        bodies.append(request.content)
        return CREATED

    client = (made.AsyncClient if driver.is_async else made.Client)(**driver.serve(handle))
    driver.run(lambda: client.create_key("u", "o"))
    driver.run(lambda: client.create_key("u", "o", note=None))
    assert bodies == [b'{"user":"u","owner":"o"}', b'{"user":"u","owner":"o","note":null}']


@over_mock
@pytest.mark.parametrize("status", [203, 204, 206])
def test_a_success_that_no_page_has_may_have_taken_effect(status: int, driver: Driver) -> None:
    client = open_client(driver, lambda _: FakeResponse(status, b""))
    with pytest.raises(StatusError, match="may have taken effect") as caught:
        driver.run(lambda: client.create_key("u", "o"))
    assert caught.value.may_have_taken_effect


ITEMS = [{"AccessKeyId": name} for name in "abcde"]


def marked(items: list[Any], following: str | None) -> dict[str, Any]:
    more = {"IsTruncated": True, "Marker": following} if following else {"IsTruncated": False, "Marker": "stale"}
    return {"AccessKeys": {"AccessKey": items}} | more


LISTINGS: dict[str, tuple[Callable[[Any], Any], list[dict[str, Any]], list[str]]] = {
    "Marker and IsTruncated": (
        lambda client: client.list_keys(),
        [marked(ITEMS[:2], "m1"), marked(ITEMS[2:4], "m2"), marked(ITEMS[4:], None)],
        ["/", "/?Marker=m1", "/?Marker=m2"],
    ),
    "Marker without IsTruncated": (
        lambda client: client.list_keys(max_items=4),
        [{"AccessKeys": {"AccessKey": ITEMS[:4]}, "Marker": "m1"}, marked(ITEMS[4:], None)],
        ["/?MaxItems=4", "/?Marker=m1&MaxItems=4"],
    ),
    "a wrapped list that is absent": (
        lambda client: client.list_keys(),
        [
            {"IsTruncated": True, "Marker": "m1"},
            {"AccessKeys": {}, "IsTruncated": True, "Marker": "m2"},
            {"AccessKeys": None, "IsTruncated": True, "Marker": "m3"},
            marked(ITEMS, None),
        ],
        ["/", "/?Marker=m1", "/?Marker=m2", "/?Marker=m3"],
    ),
    "a marker": (
        lambda client: client.list_by_marker(),
        [{"keys": ITEMS[:2], "info": {"next": "m1"}}, {"keys": ITEMS[2:], "info": {}}],
        ["/by-marker?limit=2", "/by-marker?marker=m1&limit=2"],
    ),
    "an offset, with the total": (
        lambda client: client.list_by_offset(),
        [{"keys": ITEMS[:2], "total": 5}, {"keys": ITEMS[2:3], "total": 5}, {"keys": ITEMS[3:], "total": 5}],
        [f"/by-offset?offset={offset}&limit=2" for offset in (0, 2, 3)],
    ),
    "an offset, without the total": (
        lambda client: client.list_by_offset(limit=3),
        [{"keys": ITEMS[:3]}, {"keys": ITEMS[3:]}, {"keys": []}],
        [f"/by-offset?offset={offset}&limit=3" for offset in (0, 3, 5)],
    ),
    "a page number": (
        lambda client: client.list_by_number(),
        [{"keys": ITEMS[:2], "total": 5}, {"keys": ITEMS[2:4], "total": 5}, {"keys": ITEMS[4:], "total": 5}],
        [f"/by-number?page={page}&size=2" for page in (1, 2, 3)],
    ),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_each_style_of_paging_yields_every_item(name: str, driver: Driver) -> None:
    call, pages, targets = LISTINGS[name]
    sent: list[str] = []

    def handle(request: httpx.Request) -> FakeResponse:
        sent.append(request.url.raw_path.decode())
        return FakeResponse(200, json.dumps(pages[len(sent) - 1]).encode())

    items = driver.items(call(open_client(driver, handle)))
    assert [item.access_key_id for item in items] == list("abcde")
    assert sent == targets


def test_required_values_are_positional_and_the_others_are_keywords() -> None:
    made, _ = package()
    operations = [one for item in writes_spec()["paths"].values() for one in item.values()]
    for operation in operations:
        name = PythonIdentifier(operation["operationId"], "")
        for client in (made.Client, made.AsyncClient):
            _, *arguments = inspect.signature(getattr(client, name)).parameters.values()
            required = [each for each in arguments if each.kind is each.POSITIONAL_OR_KEYWORD]
            assert [each.name for each in required] == REQUIRED.get(name, [])
            assert all(each.default is each.empty for each in required), name
            for each in arguments[len(required) :]:
                paged = name.startswith("list_by") and each.name in {"limit", "size"}
                nullable = name == "create_key" and each.name in {"note", "pin"}
                assert each.default == (2 if paged else msgspec.UNSET if nullable else None)
            assert ("resume" in [each.name for each in arguments]) is ("x-paging" in operation)


REQUIRED = {
    "create_key": ["user", "owner"],
    "delete_keys": ["ids"],
    "delete_key": ["key_id"],
    "update_key": ["key_id", "x_depth", "credential"],
    "activate_key": ["key_id"],
    "set_password": ["password"],
}


def test_a_type_checker_passes_the_generated_package(request: pytest.FixtureRequest) -> None:
    _, folder = package()
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "-p", folder.name],
        cwd=folder.parent,
        env=os.environ | {"MYPYPATH": str(request.config.rootpath / "overlays")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
