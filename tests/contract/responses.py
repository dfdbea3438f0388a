"""Responses that schemathesis generates from the specs, and checks of what a client returns for them.

schemathesis generates only requests. So `_mirrored` puts each response schema into the request of a made-up document,
and the client receives the request bodies that schemathesis generates from it.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
import schemathesis
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import extend
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from callers import CALLERS, TARGETS, Caller, client_settings_for
from cloudkeys.errors import CloudkeysError, DecodeError, StatusError
from cloudkeys.runtime.messages import Response
from cloudkeys.runtime.types import encode_hook
from contract.cases import RECORDED_RESULTS, check_each, whole_numbers
from specs import DOCUMENTS
from toolchain.document import Document, operations


class ResponseSchema(NamedTuple):
    """A response schema of an operation, with the status codes that have it."""

    package: str
    operation: str
    reference: str
    codes: tuple[int, ...]

    @property
    def is_result(self) -> bool:
        return self.codes[0] < 300

    def __str__(self) -> str:
        """Name the test."""
        return f"{self.operation}-{self.reference.rpartition('/')[2]}"


def _bodies() -> Iterator[ResponseSchema]:
    for package, document in DOCUMENTS.items():
        for place in operations(document):
            codes: dict[str, list[int]] = {}
            for status, response in place.operation["responses"].items():
                if "content" in response:
                    reference = response["content"]["application/json"]["schema"]["$ref"]
                    # `default` covers 418, and 520, which Python's list of statuses lacks.
                    codes.setdefault(reference, []).extend([418, 520] if status == "default" else [int(status)])
            for reference, found in codes.items():
                yield ResponseSchema(package, f"{package}.{place.operation['operationId']}", reference, tuple(found))


RESPONSE_SCHEMAS = tuple(_bodies())
RESULT_SCHEMAS = {body.operation: body for body in RESPONSE_SCHEMAS if body.is_result}


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def result(operation: str) -> bytes:
    """Return the recorded result of an operation, without whitespace."""
    return compact(json.loads(RECORDED_RESULTS[operation]))


@functools.cache
def tolerant_schema(body: ResponseSchema) -> Document:
    """Return a schema as the models implement it: any text in an enumeration, null for an optional field."""
    schemas = DOCUMENTS[body.package]["components"]["schemas"]

    def tolerant(schema: Document) -> Document:
        if "$ref" in schema:
            return tolerant(schemas[schema["$ref"].rpartition("/")[2]])
        schema = {key: value for key, value in schema.items() if key not in {"enum", "description", "examples"}}
        if "items" in schema:
            schema["items"] = tolerant(schema["items"])
        if "properties" in schema:
            required = schema.get("required", ())
            fields = {name: tolerant(field) for name, field in schema["properties"].items()}
            schema["properties"] = {
                name: field if name in required else _or_null(field) for name, field in fields.items()
            }
        return schema

    return tolerant({"$ref": body.reference})


def _or_null(schema: Document) -> Document:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": sorted({*kinds, "null"})}


@functools.cache
def _mirrored(body: ResponseSchema) -> Any:
    """Return a made-up operation whose request body has the schema of a response."""
    content = {"application/json": {"schema": tolerant_schema(body)}}
    post = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": "-"}}}
    info = {"title": "-", "version": "-"}
    return schemathesis.openapi.from_dict({"openapi": "3.1.0", "info": info, "paths": {"/": {"post": post}}})["/"][
        "POST"
    ]


def each_response(body: ResponseSchema, mode: GenerationMode, check: Callable[[bytes], None]) -> None:
    """Call a function with every body that schemathesis generates for a schema, valid or invalid."""
    mirrored = _mirrored(body)
    config = mirrored.schema.config.generation_for(operation=mirrored)
    for case in mirrored.schema.iter_coverage_cases(mirrored, generation_modes=[mode], generation_config=config):
        if case.method == "POST":
            check(_content(case.body, mode))
    strategy = mirrored.as_strategy(generation_mode=mode).map(lambda case: _content(case.body, mode))
    check_each(strategy, check)


def _content(body: Any, mode: GenerationMode) -> bytes:
    if isinstance(body, NotSet):
        return b""
    if isinstance(body, bytes):
        return body
    numbers = whole_numbers(body) if mode is GenerationMode.POSITIVE else body
    return json.dumps(numbers, ensure_ascii=False, allow_nan=False).encode()


# RFC 3339 allows a space for the T. Only the client allows an offset without a colon.
_HOUR = r"(?:[01]\d|2[0-3])"
_RFC_3339 = re.compile(
    rf"(\d{{4}}-\d\d-\d\d[T ]{_HOUR}:\d\d:\d\d)(\.\d+)?(Z|[+-]{_HOUR}:?[0-5]\d)", re.ASCII | re.IGNORECASE
)


def moment(text: str) -> datetime:
    """Return the moment that a text of RFC 3339 means, rounded to microseconds.

    Raises:
        ValueError: The text is no moment, or a datetime can't hold it.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(text)
    whole, fraction, zone = match.groups()
    start = datetime.fromisoformat(whole + zone.upper())
    microseconds = int(Fraction(f"0{fraction or ''}") * 10**6 + Fraction(1, 2))
    try:
        return start + timedelta(microseconds=microseconds)
    except OverflowError as error:
        raise ValueError(text) from error


_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date-time", raises=ValueError)(lambda value: not isinstance(value, str) or bool(moment(value)))
# To JSON Schema, 7.0 is an integer; to the client it isn't.
_TYPES = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
_Validator: Any = extend(Draft202012Validator, type_checker=_TYPES)  # type: ignore[no-untyped-call]


class Validation(NamedTuple):
    """A body as data, and the JSON paths of its errors; None for no JSON at all."""

    data: Any
    wrong: frozenset[str] | None


@functools.lru_cache(maxsize=1)
def validate(body: ResponseSchema, content: bytes) -> Validation:
    """Validate a body by its schema."""
    try:
        data = json.loads(content.decode(), parse_constant=_refuse_constant, parse_int=_integer)
        # json.loads allows lone surrogates.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return Validation(None, None)
    validator = _Validator(tolerant_schema(body), format_checker=_FORMATS)
    return Validation(data, frozenset(error.json_path for error in validator.iter_errors(data)))


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _integer(digits: str) -> Any:
    try:
        return int(digits)
    except ValueError:
        # Python refuses integers of more than 4,300 digits, and so does the client.
        return float("inf")


def known_fields(schema: Document, value: Any) -> Any:
    """Return the fields of a value that a schema knows, comparable: times as moments, and true unlike 1."""
    if isinstance(value, dict):
        properties = schema["properties"]
        return {name: known_fields(properties[name], item) for name, item in value.items() if name in properties}
    if isinstance(value, list):
        return [known_fields(schema["items"], item) for item in value]
    if isinstance(value, str) and schema.get("format") == "date-time":
        return moment(value)
    return type(value), value


def as_json(body: msgspec.Struct) -> Any:
    """Return a decoded body as JSON data again."""
    return json.loads(msgspec.json.encode(body, enc_hook=encode_hook))


def kept_content(operation: str, content: bytes, code: int) -> bytes:
    """Return the content that a response keeps: none of a success that can hold secrets."""
    return b"" if code < 300 and TARGETS[operation].holds_secrets else content


def call_with_response(
    caller: Caller, operation: str, content: bytes, code: int, headers: dict[str, str] | None = None
) -> Any:
    """Return the client's response, or its error."""
    settings, _ = client_settings_for(content, code, headers)
    try:
        return caller(TARGETS[operation], settings=settings)
    except CloudkeysError as error:
        return error


def check_response(body: ResponseSchema, content: bytes, headers: dict[str, str] | None = None) -> None:
    """Check what the client returns or raises for a body, sync and async.

    A result is checked with each of its status codes, an error with one that the length of the content selects.
    """
    codes = body.codes if body.is_result else (body.codes[len(content) % len(body.codes)],)
    for code in codes:
        for caller in CALLERS.values():
            found = call_with_response(caller, body.operation, content, code, headers)
            assert (found.status_code, found.content) == (code, kept_content(body.operation, content, code))
            check_decoded(body, validate(body, content), found)


_PATH = re.compile(r"\$(\.\w+|\[\d+\])*")


def check_decoded(body: ResponseSchema, validation: Validation, found: Any) -> None:
    """Check that a right body is decoded to the same data, and that a wrong one ends in one typed error."""
    is_right = validation.wrong == frozenset()
    if body.is_result and not is_right:
        assert type(found) is DecodeError, found
        assert found.operation == TARGETS[body.operation].operation.name
        # The client can find a wrong value before it reaches what makes the text no JSON.
        assert found.path in validation.wrong if validation.wrong else _PATH.fullmatch(found.path), (
            found,
            validation.wrong,
        )
        return
    assert type(found) is Response if body.is_result else isinstance(found, StatusError), found
    if is_right:
        schema = tolerant_schema(body)
        assert known_fields(schema, as_json(found.body)) == known_fields(schema, validation.data)
    else:
        assert found.body is None


def comparable(value: Any) -> Any:
    """Return JSON data with times as moments: the client may write the same moment differently."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
