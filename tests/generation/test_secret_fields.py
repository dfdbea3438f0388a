"""Every field of `format: password` of every spec, and every way by which a value may come to light."""

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
import rich.traceback

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
from specs import DOCUMENTS, PLACES
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


def test_all_fields_are_found_in_schemas_or_parameters() -> None:
    found = [place for document in ALL.values() for place in password_fields(document)]
    assert len(FIELDS) + sum("parameters" in place for place in found) == len(found)
    assert {(schema, name) for spec, schema, name in FIELDS if spec == "writes"} == {
        ("CreateKeyBody", "secret"),
        ("CreateKeyBody", "pin"),
        ("Login", "Password"),
        ("Key", "secret"),
    }


def showing(value: object) -> Iterator[str]:
    yield from (repr(value), str(value), f"{value}", f"{value!r}", f"{value!a}", "%s %r" % (value, value))  # noqa: UP031
    yield from ("{}".format(value), pprint.pformat(value), repr([value]), repr({"k": value}))  # noqa: UP032
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.emit(logging.LogRecord("n", logging.INFO, "p", 1, "value %s %r", (value, value), None))
    console = rich.console.Console(file=stream, width=200)
    console.print(value)
    yield stream.getvalue()


def example(struct: Any, secret: str) -> dict[str, Any]:
    """Return what satisfies a Struct, with one secret for all."""
    found: dict[str, Any] = {}
    described: Any = msgspec.inspect.type_info(struct)
    for field in described.fields:
        found[field.encode_name] = _example(field.type, secret)
    return found


def _example(kind: Any, secret: str) -> Any:
    info = msgspec.inspect
    if isinstance(kind, info.UnionType):
        return _example(next(each for each in kind.types if not isinstance(each, info.NoneType)), secret)
    if isinstance(kind, info.CustomType):
        return secret
    if isinstance(kind, info.StructType):
        return example(kind.cls, secret)
    if isinstance(kind, info.ListType):
        return [_example(kind.item_type, secret)]
    if isinstance(kind, info.EnumType):
        return next(iter(kind.cls)).value
    by_type: dict[Any, Any] = {
        info.IntType: 1,
        info.FloatType: 0.5,
        info.BoolType: True,
        info.DateTimeType: "2026-01-02T03:04:05Z",
    }
    return by_type.get(type(kind), "t")


@pytest.mark.parametrize(("spec", "schema", "name"), FIELDS)
def test_a_field_is_wrapped_and_never_shown(spec: str, schema: str, name: str) -> None:
    struct = struct_of(spec, schema)
    content = json.dumps(example(struct, HIDDEN)).encode()
    value = Operation[Any, ..., Any](
        service=object,
        name="O",
        method="GET",
        path="/",
        parameters=struct,
        success={200: struct},
    ).read_response(RawResponse(200, {}, content, is_secret=True))
    (field,) = [each for each in msgspec.structs.fields(struct) if each.encode_name == name]
    secret = getattr(value.body, field.name)
    assert isinstance(secret, SecretStr)
    assert holds_secrets(struct)
    assert secret.reveal() == HIDDEN
    assert msgspec.json.decode(msgspec.json.encode(value.body, enc_hook=encode_hook))[name] == HIDDEN
    plain = msgspec.structs.asdict(value.body)
    copies = [
        copy.copy(value.body),
        copy.deepcopy(value.body),
        copy.deepcopy(value),
        msgspec.structs.replace(value.body),
    ]
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


def raised(call: Callable[[], Any]) -> CloudkeysError:
    with pytest.raises(CloudkeysError) as caught:
        call()
    return caught.value


def in_tracebacks(error: BaseException) -> Iterator[str]:
    """Give the frames of our own code with their locals, as both tools show them."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    while found is not None:
        for frame in found.stack:
            if "/tests/" not in frame.filename:
                yield f"{frame.filename} {frame.name} {frame.locals}"
        yield "".join(found.format_exception_only())
        found = found.__cause__ or found.__context__  # type: ignore[assignment]
    trace = error.__traceback__
    while trace is not None and "/tests/" in trace.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    stream = io.StringIO()
    shown = rich.traceback.Traceback.from_exception(type(error), error, trace, show_locals=True)
    rich.console.Console(file=stream, width=400).print(shown)
    yield stream.getvalue()


def ways_out(error: CloudkeysError) -> Iterator[str]:
    yield from showing(error)
    yield from in_tracebacks(error)
    yield repr(vars(error))
    yield repr({name: value for name, value in vars(error).items() if name != "headers"} | {"a": error.args})
    yield pickle.dumps(error).decode("latin-1").encode("latin-1").decode("utf-8", "replace")
    yield repr(vars(copy.copy(error)))
    headers = getattr(error, "headers", {})
    yield repr(list(headers.items()))
    for value in vars(error).values():
        if isinstance(value, bytes):
            yield value.decode("utf-8", "replace")


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
    error = raised(lambda: driver.do(lambda: CALLS[where](client)))
    for text in ways_out(error):
        # The frame of a test that gave text in place of a secret is no frame of ours.
        assert not is_open(text), text[:2_000]
    assert not is_open(caplog.text)
    assert caplog.records


@over_mock
@pytest.mark.parametrize("where", [name for name in CALLS if name != "no request, but results"])
def test_no_refusal_of_a_call_shows_a_secret(where: str, driver: Driver) -> None:
    made = models()
    calls: dict[str, Callable[[Any], Any]] = {
        "a body": lambda client: client.create_key("toolong", None, secret=HIDDEN),
        "deep in a body": lambda client: client.update_key("1", 1, made.CredentialUpdate(days="x")),
        "text deep in a body": lambda client: client.create_key(
            "u", None, login=made.Login(password=SecretStr(HIDDEN), user=made.Tag(key=1))
        ),
        "the query": lambda client: client.set_password(HIDDEN * 2_000, x_unlock=HIDDEN[:5]),
    }
    client = open_client(driver, lambda _: pytest.fail("it was sent"))
    error = raised(lambda: driver.do(lambda: calls[where](client)))
    assert isinstance(error, ParameterError)
    for text in ways_out(error):
        assert not is_open(text), text[:2_000]


@over_mock
def test_text_in_place_of_a_secret_is_sent_and_redacted(driver: Driver) -> None:
    # No type checker passes it.
    login = models().Login(password=HIDDEN, user=models().Tag(key="k"))
    sent: list[Any] = []

    def handle(request: httpx.Request) -> FakeResponse:
        sent.append(json.loads(request.content)["login"]["Password"])
        return FakeResponse(400, ECHO)

    client = open_client(driver, handle)
    error = raised(lambda: driver.do(lambda: client.create_key("u", None, login=login)))
    assert sent == [HIDDEN]
    assert all(not is_open(text) for text in (*showing(error), repr(vars(error))))


@over_mock
def test_a_secret_header_that_cant_be_sent_is_not_shown(driver: Driver) -> None:
    client = open_client(driver, lambda _: pytest.fail("it was sent"))
    error = raised(lambda: driver.do(lambda: client.set_password("p", x_unlock=HIDDEN)))
    assert all(not is_open(text) for text in ways_out(error))


def test_a_connection_that_breaks_in_a_body_with_a_secret(driver: Driver) -> None:
    if not driver.over_sockets:
        return
    begun = b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n" + SECRET_KEY
    with raw_server(begun) as (url, _):
        client = open_client(driver, lambda _: FakeResponse(200, b""), base_url=url)
        error = raised(lambda: driver.do(lambda: client.create_key("u", None)))
    assert isinstance(error, ConnectionFailedError)
    assert all(not is_open(text) for text in ways_out(error))


@over_mock
def test_a_result_keeps_no_raw_secret(driver: Driver) -> None:
    body = json.dumps({"id": "1", "secret": HIDDEN, "logins": [{"Password": HIDDEN, "User": {"Key": "k"}}]})
    client = open_client(driver, lambda _: FakeResponse(200, body.encode()))
    module = importlib.import_module(f"{type(client).__module__.rpartition('.')[0]}.api.keys.find")
    call = module.asyncio_detailed if driver.is_async else module.sync_detailed
    response = driver.do(lambda: call(client, user_id="1"))
    assert isinstance(response, Response)
    assert response.content == b""
    assert response.body.secret.reveal() == HIDDEN
    assert response.body.logins[0].password == HIDDEN
    for text in showing(attrs.asdict(response)):
        assert not is_open(text)
    with pytest.raises(TypeError):
        pickle.dumps(response)


@over_mock
def test_errors_without_a_secret_keep_their_content(driver: Driver) -> None:
    client = open_client(driver, lambda _: FakeResponse(200, b"[1]"), largest_response=2)
    error = raised(lambda: driver.do(lambda: client.mark(id=1)))
    assert isinstance(error, ResponseTooLargeError)
    assert error.content == b"[1"
    client = open_client(driver, lambda _: FakeResponse(200, b"[1]"))
    decode_error = raised(lambda: driver.do(lambda: client.mark(id=1)))
    assert isinstance(decode_error, DecodeError)
    assert decode_error.content == b"[1]"


def add_spec(monkeypatch: pytest.MonkeyPatch, spec: dict[str, Any]) -> None:
    """Let the recorder know the small spec."""
    monkeypatch.setitem(DOCUMENTS, "writes", spec)
    for place in operations(spec):
        monkeypatch.setitem(PLACES, place.operation["operationId"], ("writes", place))


@pytest.mark.parametrize("value", [HIDDEN, "word", "Forbidden.Word", "plain words"])
@pytest.mark.parametrize("name", ["secret", "Code", "message", "limit", "DealTime"])
def test_the_recorder_masks_a_secret_whatever_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = writes_spec()
    spec["components"]["schemas"]["Key"]["properties"][name] = {"type": "string", "format": "password"}
    add_spec(monkeypatch, spec)
    recording = Recording(
        "Find",
        "a test",
        RecordedRequest("GET", "/?UserId=1", {}),
        RecordedResponse(200, {}, json.dumps({"id": "1", name: value})),
    )
    masked = masking.mask(recording, Replacements())
    assert value not in masked.response.body
    assert HIDDEN not in repr(masked)


def test_the_recorder_masks_a_secret_of_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    add_spec(monkeypatch, writes_spec())
    request = RecordedRequest("POST", "/?Password=plain", {})
    recording = Recording("SetPassword", "a test", request, RecordedResponse(200, {}, "{}"))
    assert "plain" not in masking.mask(recording, Replacements()).request.target


def test_the_recorder_takes_an_operation_without_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = writes_spec()
    spec["paths"]["/keys"]["post"].pop("parameters")
    add_spec(monkeypatch, spec)
    body = json.dumps({"id": "1", "secret": HIDDEN})
    recording = Recording("CreateKey", "a", RecordedRequest("POST", "/keys", {}), RecordedResponse(201, {}, body))
    assert not is_open(masking.mask(recording, Replacements()))


SECRETS = {
    "alibaba_ims.CreatedAccessKey.AccessKeySecret",
    "alibaba_sas.DescribeAccessKeyLeakDetailResponse.Code",
    "huawei_csms.CreateSecretVersionRequest.secret_binary",
    "huawei_csms.CreateSecretVersionRequest.secret_string",
    "huawei_csms.Version.secret_binary",
    "huawei_csms.Version.secret_string",
    "huawei_iam_v3.CreatedCredential.secret",
    "huawei_iam_v5.CreatedAccessKey.secret_access_key",
}
"""What the vendors' pages say is a secret, or holds one."""


def test_what_is_a_secret_is_one_to_the_specs() -> None:
    found = {
        f"{package}.{schema}.{name}"
        for package, document in DOCUMENTS.items()
        for schema, body in document["components"]["schemas"].items()
        for name, field in body.get("properties", {}).items()
        if field.get("format") == "password"
    }
    assert found >= SECRETS
