"""Secrets: each field with `format: password`, and each way in which its value could be exposed."""

from __future__ import annotations

import copy
import importlib
import io
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import attrs
import httpx
import msgspec
import pytest
import rich.console

from cloudkeys.errors import CloudkeysError, ConnectionFailedError, DecodeError, ParameterError, ResponseTooLargeError
from cloudkeys.runtime.decoding import holds_secrets
from cloudkeys.runtime.encoding import collect_secrets
from cloudkeys.runtime.messages import RawResponse, Response
from cloudkeys.runtime.operation import Operation
from cloudkeys.runtime.types import SecretStr, encode_hook
from cloudkeys.testing import FakeResponse
from cloudkeys.testing.recording import RecordedRequest, RecordedResponse, Recording
from driver import Driver, over_mock, raw_server
from generation.writes import models, open_client, writes_spec
from specs import DOCUMENTS, SPEC_OPERATIONS
from toolchain.document import operations
from tools.recorder import masking
from tools.recorder.replacements import Replacements

HIDDEN = 'wJalr"XUtnFEMI/é'
FORMS = (HIDDEN, json.dumps(HIDDEN)[1:-1], json.dumps(HIDDEN, ensure_ascii=False)[1:-1], "wJalr", "XUtn")


def is_open(text: object) -> bool:
    return any(form in str(text) for form in FORMS)


def password_fields(node: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(node, dict):
        if node.get("format") == "password":
            yield place
        for key, value in node.items():
            yield from password_fields(value, (*place, str(key)))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from password_fields(value, (*place, str(number)))


ALL = {"writes": writes_spec(), **DOCUMENTS}


def struct_of(spec: str, name: str) -> Any:
    module = models() if spec == "writes" else importlib.import_module(f"cloudkeys_api.{spec}.models")
    return getattr(module, name)


FIELDS = [
    (spec, place[2], place[4])
    for spec, document in ALL.items()
    for place in password_fields(document)
    if place[:2] == ("components", "schemas")
]


def showing(value: object) -> Iterator[str]:
    yield from (repr(value), str(value), f"{value}", f"{value!a}", "%s %r" % (value, value), pprint.pformat([value]))  # noqa: UP031
    stream = io.StringIO()
    logging.StreamHandler(stream).emit(logging.LogRecord("n", logging.INFO, "p", 1, "%s %r", (value, value), None))
    rich.console.Console(file=stream, width=200).print(value)
    yield stream.getvalue()


_SCALARS: dict[Any, object] = {
    msgspec.inspect.IntType: 1,
    msgspec.inspect.FloatType: 0.5,
    msgspec.inspect.BoolType: True,
    msgspec.inspect.DateTimeType: "2026-01-02T03:04:05Z",
    msgspec.inspect.CustomType: HIDDEN,
}


def example(kind: Any) -> Any:
    """Return a value of a type of msgspec, with the hidden text for each secret."""
    match kind:
        case msgspec.inspect.UnionType():
            return example(next(each for each in kind.types if not isinstance(each, msgspec.inspect.NoneType)))
        case msgspec.inspect.StructType():
            return {field.encode_name: example(field.type) for field in kind.fields}
        case msgspec.inspect.ListType():
            return [example(kind.item_type)]
        case msgspec.inspect.EnumType():
            return next(iter(kind.cls)).value
        case _:
            return _SCALARS.get(type(kind), "t")


@pytest.mark.parametrize(("spec", "schema", "name"), FIELDS)
def test_a_field_is_wrapped_and_never_shown(spec: str, schema: str, name: str) -> None:
    struct = struct_of(spec, schema)
    content = json.dumps(example(msgspec.inspect.type_info(struct))).encode()
    value = Operation[Any, ..., Any](
        service=object, name="O", method="GET", path="/", parameters=struct, success={200: struct}
    ).read_response(RawResponse(200, {}, content, is_secret=True))
    (field,) = [each for each in msgspec.structs.fields(struct) if each.encode_name == name]
    secret = getattr(value.body, field.name)
    assert isinstance(secret, SecretStr)
    assert holds_secrets(struct)
    assert secret.reveal() == HIDDEN
    assert msgspec.json.decode(msgspec.json.encode(value.body, enc_hook=encode_hook))[name] == HIDDEN
    plain = msgspec.structs.asdict(value.body)
    copies = [copy.copy(value.body), copy.deepcopy(value), msgspec.structs.replace(value.body)]
    for shown in (secret, value, value.body, plain, attrs.asdict(value), attrs.astuple(value), *copies):
        for text in showing(shown):
            assert not is_open(text)
    for leave in (pickle.dumps, msgspec.to_builtins, msgspec.json.encode, json.dumps):
        for left in (secret, value.body, value):
            with pytest.raises(TypeError) as caught:
                leave(left)
            assert not is_open(caught.value)


def test_a_secret_compares_and_is_sent_as_its_value() -> None:
    secret = SecretStr(HIDDEN)
    assert secret == HIDDEN
    assert secret == SecretStr(HIDDEN)
    assert secret != SecretStr("other")
    assert secret != "other"  # noqa: S105
    assert secret != 1
    assert SecretStr("\ud800") == "\ud800"
    assert {secret: 1}[SecretStr(HIDDEN)] == 1
    assert (bool(secret), bool(SecretStr(""))) == (True, False)
    assert collect_secrets(models().Login(password=secret, user=models().Tag(key="k"))) == (HIDDEN,)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(TypeError):
        format(secret, ">10")


def raised(driver: Driver, call: Callable[[], Any]) -> CloudkeysError:
    with pytest.raises(CloudkeysError) as caught:
        driver.run(call)
    return caught.value


def in_tracebacks(error: BaseException) -> Iterator[str]:
    """Yield the frames of our own code with their local variables."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    while found is not None:
        for frame in found.stack:
            if "/tests/" not in frame.filename:
                yield f"{frame.filename} {frame.name} {frame.locals}"
        yield "".join(found.format_exception_only())
        found = found.__cause__ or found.__context__  # type: ignore[assignment]


def ways_out(error: CloudkeysError) -> Iterator[str]:
    yield from showing(error)
    yield from in_tracebacks(error)
    yield repr(vars(error))
    yield pickle.dumps(error).decode("utf-8", "replace")
    yield repr(list(getattr(error, "headers", {}).items()))
    yield from (value.decode("utf-8", "replace") for value in vars(error).values() if isinstance(value, bytes))


ECHO = json.dumps({"error_code": f"bad {HIDDEN}", "error_msg": f"no {HIDDEN}"}).encode()
SECRET_KEY = json.dumps({"id": 1, "secret": HIDDEN}).encode()
TROUBLE: dict[str, FakeResponse | Exception] = {
    "a status that repeats the secret": FakeResponse(400, ECHO, {"X-Request-Id": quote(HIDDEN)}),
    "a status that repeats it beyond ASCII": FakeResponse(
        400, json.dumps({"error_code": HIDDEN}, ensure_ascii=False).encode()
    ),
    "a status without a schema": FakeResponse(418, ECHO),
    "a failure of the service": FakeResponse(503, HIDDEN.encode()),
    "a status of success that no page has": FakeResponse(203, json.dumps({"Code": HIDDEN, "Message": HIDDEN}).encode()),
    "a body of another type": FakeResponse(201, SECRET_KEY),
    "a body that is cut off": FakeResponse(201, SECRET_KEY[:-1]),
    "a body that isn't JSON": FakeResponse(201, HIDDEN.encode()),
    "a body that is too large": FakeResponse(201, SECRET_KEY + b" " * 2_000_000),
    "a time-out": httpx.ReadTimeout("x"),
    "no connection": httpx.ConnectError("x"),
}
CALLS: dict[str, Callable[[Any], Any]] = {
    "a body": lambda client: client.create_key("u", None, secret=HIDDEN),
    "deep in a body": lambda client: client.create_key(
        "u", None, login=models().Login(password=SecretStr(HIDDEN), user=models().Tag(key="k"))
    ),
    "the query": lambda client: client.set_password(HIDDEN),
    "no request, but results": lambda client: client.find(user_id="u"),
}


@over_mock
@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("where", CALLS)
def test_no_error_shows_a_secret(where: str, trouble: str, driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    step = TROUBLE[trouble]
    if where == "no request, but results":
        if not isinstance(step, FakeResponse) or step.status >= 300:
            return
        step = FakeResponse(203 if step.status == 203 else 200, step.body)

    def handle(_: httpx.Request) -> FakeResponse:
        if isinstance(step, Exception):
            raise step
        return step

    caplog.set_level(logging.DEBUG)
    client = open_client(driver, handle, largest_response=1_000_000)
    error = raised(driver, lambda: CALLS[where](client))
    assert not any(map(is_open, ways_out(error)))
    assert not is_open(caplog.text)
    assert caplog.records


REFUSED: dict[str, Callable[[Any], Any]] = {
    "another field": lambda client: client.create_key("toolong", None, secret=HIDDEN),
    "a field beside it": lambda client: client.create_key(
        "u", None, login=models().Login(password=SecretStr(HIDDEN), user=models().Tag(key=1))
    ),
    "its length": lambda client: client.set_password(HIDDEN * 2_000, x_unlock=HIDDEN[:5]),
    "a header that can't be sent": lambda client: client.set_password("p", x_unlock=HIDDEN),
}


@over_mock
@pytest.mark.parametrize("wrong", REFUSED)
def test_no_refusal_of_a_call_shows_a_secret(wrong: str, driver: Driver) -> None:
    client = open_client(driver, lambda _: pytest.fail("it was sent"))
    error = raised(driver, lambda: REFUSED[wrong](client))
    assert isinstance(error, ParameterError)
    assert not any(map(is_open, ways_out(error)))


@over_mock
def test_text_where_a_secret_belongs_is_sent_and_redacted(driver: Driver) -> None:
    # No type checker accepts this call.
    login = models().Login(password=HIDDEN, user=models().Tag(key="k"))
    sent: list[Any] = []

    def handle(request: httpx.Request) -> FakeResponse:
        sent.append(json.loads(request.content)["login"]["Password"])
        return FakeResponse(400, ECHO)

    client = open_client(driver, handle)
    error = raised(driver, lambda: client.create_key("u", None, login=login))
    assert sent == [HIDDEN]
    assert not any(map(is_open, (*showing(error), repr(vars(error)))))


def test_a_connection_that_breaks_in_a_body_with_a_secret(driver: Driver) -> None:
    if not driver.over_sockets:
        return
    begun = b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n" + SECRET_KEY
    with raw_server(begun) as (url, _):
        client = open_client(driver, lambda _: FakeResponse(200, b""), base_url=url)
        error = raised(driver, lambda: client.create_key("u", None))
    assert isinstance(error, ConnectionFailedError)
    assert not any(map(is_open, ways_out(error)))


@over_mock
def test_a_result_keeps_no_raw_secret(driver: Driver) -> None:
    body = json.dumps({"id": "1", "secret": HIDDEN, "logins": [{"Password": HIDDEN, "User": {"Key": "k"}}]})
    client = open_client(driver, lambda _: FakeResponse(200, body.encode()))
    module = importlib.import_module(f"{type(client).__module__.rpartition('.')[0]}.api.keys.find")
    call = module.asyncio_detailed if driver.is_async else module.sync_detailed
    response = driver.run(lambda: call(client, user_id="1"))
    assert isinstance(response, Response)
    assert response.content == b""
    assert response.body.secret.reveal() == HIDDEN
    assert response.body.logins[0].password == HIDDEN
    for text in showing(attrs.asdict(response)):
        assert not is_open(text)
    with pytest.raises(TypeError):
        pickle.dumps(response)


@over_mock
@pytest.mark.parametrize(("largest", "kind", "content"), [(2, ResponseTooLargeError, b"[1"), (9, DecodeError, b"[1]")])
def test_an_error_of_an_operation_without_secrets_keeps_its_content(
    largest: int, kind: type[DecodeError | ResponseTooLargeError], content: bytes, driver: Driver
) -> None:
    client = open_client(driver, lambda _: FakeResponse(200, b"[1]"), largest_response=largest)
    error = raised(driver, lambda: client.mark(id=1))
    assert isinstance(error, kind)
    assert error.content == content


MASKED = [
    *(
        ("Find", "/?UserId=1", {"id": "1", name: value}, value)
        for name in ("secret", "Code", "message", "limit", "DealTime")
        for value in (HIDDEN, "word", "Forbidden.Word", "plain words")
    ),
    ("SetPassword", "/?Password=plain", {}, "plain"),
    ("CreateKey", "/keys", {"id": "1", "secret": HIDDEN}, HIDDEN),
]


@pytest.mark.parametrize(("operation", "target", "body", "value"), MASKED)
def test_the_recorder_masks_a_secret_under_any_name(
    operation: str, target: str, body: dict[str, str], value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = writes_spec()
    for field in body.keys() - {"id"}:
        spec["components"]["schemas"]["Key"]["properties"][field] = {"type": "string", "format": "password"}
    spec["paths"]["/keys"]["post"].pop("parameters")  # an operation needs none
    monkeypatch.setitem(DOCUMENTS, "writes", spec)
    for place in operations(spec):
        monkeypatch.setitem(SPEC_OPERATIONS, place.operation["operationId"], ("writes", place))
    response = RecordedResponse(200, {}, json.dumps(body))
    recording = Recording(operation, "a test", RecordedRequest("POST", target, {}), response)
    masked = masking.mask(recording, Replacements())
    assert value not in masked.response.body + masked.request.target
    assert not is_open(masked)


SECRETS = """
alibaba_ims.CreatedAccessKey.AccessKeySecret alibaba_sas.DescribeAccessKeyLeakDetailResponse.Code
huawei_csms.CreateSecretVersionRequest.secret_binary huawei_csms.CreateSecretVersionRequest.secret_string
huawei_csms.Version.secret_binary huawei_csms.Version.secret_string
huawei_iam_v3.CreatedCredential.secret huawei_iam_v5.CreatedAccessKey.secret_access_key
"""
"""The fields that are secret, or contain a secret, according to the vendors' pages."""


def test_the_specs_mark_every_secret_of_the_pages() -> None:
    assert {".".join(field) for field in FIELDS} >= set(SECRETS.split())
