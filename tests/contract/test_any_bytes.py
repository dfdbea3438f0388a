"""A response of any bytes, with any status code and headers, becomes a result or a typed error."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from callers import CALLERS, TARGETS, Caller
from cloudkeys.errors import CloudkeysError, DecodeError, NoResponseError, ResponseTooLargeError, StatusError
from cloudkeys.runtime.connections import Connections
from cloudkeys.testing import FakeResponse
from contract.recordings import RECORDINGS, is_json
from contract.responses import (
    RESPONSE_SCHEMAS,
    RESULT_SCHEMAS,
    ResponseSchema,
    as_json,
    check_response,
    compact,
    known_fields,
    result,
    tolerant_schema,
    validate,
)
from driver import serving

LISTING = "huawei_csms.ListSecrets"
each_way = pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)

# Bodies with invalid or unexpected JSON.

SLOT = "<slot>"
BODIES: dict[ResponseSchema, Any] = {
    schema: json.loads(recording.response.body)
    for recording in RECORDINGS.values()
    for schema in RESPONSE_SCHEMAS
    if schema.operation == recording.operation and recording.response.status in schema.codes and is_json(recording)
}
"""A recorded body for each response schema that has one."""


def with_slot(value: Any, kind: type) -> Any:
    """Return a body with a slot in place of its first value of a type; None if it has no such value."""
    if type(value) is kind:
        return SLOT
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        if (changed := with_slot(item, kind)) is not None:
            return value | {key: changed} if isinstance(value, dict) else [*value[:key], changed, *value[key + 1 :]]
    return None


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "whitespace around": lambda body: b" \r\n\t" + body + b"\n",
    "HTML": lambda _: b"<!DOCTYPE html><html><title>502 Bad Gateway</title></html>",
    "UTF-16 with a mark": lambda body: body.decode().encode("utf-16"),
    "UTF-8 with a mark": lambda body: b"\xef\xbb\xbf" + body,
    "a zero byte": lambda body: body + b"\0",
    "in an array": lambda body: b"[" + body + b"]",
    "a string": lambda body: json.dumps(body.decode()).encode(),
    "a trailing comma": lambda body: body[:-1] + b",}",
    "no end": lambda body: body[:-1],
    "compressed": gzip.compress,
    "null": lambda _: b"null",
    "nesting": lambda _: b"[" * 100_000,
    "nesting of objects": lambda _: b'{"a":' * 100_000,
}
VALUES: dict[str, bytes] = {
    **{text: text.encode() for text in ("NaN", "-Infinity", "1e400", "-0", "7.0", "7.5", "01", "+1", "1_000", "")},
    **{f"{number:+}": str(number).encode() for number in (2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64)},
    "4,300 digits": b"9" * 4300,
    "4,301 digits": b"9" * 4301,
    "a lone surrogate": b'"\xed\xa0\x80"',
    "an escaped lone surrogate": rb'"\ud800"',
    "escaped surrogates": rb'"\ud83d\ude00"',
    "an escaped zero": rb'"\u0000"',
    "Latin-1": '"é"'.encode("latin-1"),
    "UTF-8": '"名前"'.encode(),
    "overlong UTF-8": b'"\xc0\xaf"',
    "a digit as a string": b'"7"',
    "nesting": b"[" * 100_000 + b"]" * 100_000,
    "nesting of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_body_raises_a_typed_error(name: str) -> None:
    for schema, body in BODIES.items():
        check_response(schema, DAMAGES[name](compact(body)), {"Content-Type": "text/html; charset=gbk"})


@pytest.mark.parametrize("name", VALUES)
def test_a_strange_value_is_returned_unchanged_or_raises_a_typed_error(name: str) -> None:
    # The client skips the values of unknown fields, and may miss invalid UTF-8 in them.
    is_utf8 = VALUES[name].decode(errors="ignore").encode() == VALUES[name]
    for schema, body in BODIES.items():
        unknown = body | {"unknown": SLOT} if is_utf8 else None
        for template in (with_slot(body, str), with_slot(body, int), unknown):
            if template is not None:
                check_response(schema, compact(template).replace(compact(SLOT), VALUES[name]))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02t03:04:05.5z", "2026-01-02T03:04:05.500000+00:00"),
        ("2026-01-02 03:04:05+0800", "2026-01-01T19:04:05+00:00"),
        ("2026-01-02T03:04:05.9999995-00:30", "2026-01-02T03:34:06+00:00"),
        *((text, None) for text in ("2026-02-30T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:04:60Z")),
        *((text, None) for text in ("2026-01-02T03:04:05", "2026-01-02T03:04:05+24:00", "2026-01-02", "yesterday")),
        *((text, None) for text in ("0000-01-02T03:04:05Z", "9999-12-31T23:59:59.9999999Z", "2026-01-02T03:04:05+01")),
    ],
)
def test_a_time_is_decoded_by_rfc_3339_or_raises_a_typed_error(text: str, utc: str | None) -> None:
    body = RESULT_SCHEMAS["huawei_iam_v5.ListAccessKeys"]
    content = json.loads(result(body.operation))
    content["access_keys"][0]["created_at"] = text
    validation = validate(body, compact(content))
    assert validation.wrong == (frozenset() if utc else frozenset({"$.access_keys[0].created_at"}))
    check_response(body, compact(content))


# Bytes from the network.


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives piece by piece, so that the client decompresses it."""

    def __init__(self, content: bytes, size: int = 64) -> None:
        self._pieces = [content[start : start + size] for start in range(0, len(content), size)]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def received(caller: Caller, operation: str, pieces: Pieces, code: int, headers: dict[str, str]) -> Any:
    """Return the client's response or error for a response that arrives in pieces."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    transport = httpx.MockTransport(lambda _: httpx.Response(code, headers=raw, stream=pieces))
    try:
        connections = Connections(transport=transport, async_transport=transport)
        return caller(TARGETS[operation], settings={"connections": connections})
    except CloudkeysError as error:
        return error


def damaged(content: bytes) -> SearchStrategy[bytes]:
    """Return bytes with some pieces replaced."""
    pieces = st.tuples(st.integers(0, len(content)), st.integers(0, 9), st.binary(max_size=4) | st.just(b'"'))

    def replaced(found: list[tuple[int, int, bytes]]) -> bytes:
        changed = bytearray(content)
        for start, length, other in found:
            changed[start : start + length] = other
        return bytes(changed)

    return st.lists(pieces, max_size=3).map(replaced)


PACKED: tuple[Callable[[bytes], bytes], ...] = (bytes, gzip.compress, zlib.compress)
ENCODINGS = ["gzip", "deflate", "GZIP", "identity", "br", "zstd", "gzip, gzip", "gzip,deflate", "x-unknown", ""]
LOCATIONS = ["/", "//", "", "\x7f", "http://[", "http://a:b", "http://127.0.0.1:99999", "ftp://127.0.0.1", "\xff"]
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Encoding": st.sampled_from(ENCODINGS),
        "Content-Type": st.sampled_from(["application/json", "application/json; charset=utf-16", "text/html", ""]),
        "Location": st.sampled_from(LOCATIONS),
        "Content-Length": st.sampled_from(["0", "1000000000", "-1", "x"]),
        "X-Request-Id": st.text("a\x7f\t é\xff", max_size=9),
    },
)


@pytest.mark.parametrize("operation", RESULT_SCHEMAS)
def test_any_bytes_with_any_status_code_and_headers_become_a_result_or_a_typed_error(operation: str) -> None:
    body, success = RESULT_SCHEMAS[operation], RESULT_SCHEMAS[operation].codes[0]
    examples = [result(operation), b'{"Code":"c","error_code":"e","request_id":"r"}']
    contents = st.sampled_from(examples) | st.sampled_from(examples).flatmap(damaged) | st.binary(max_size=99)
    packed = st.sampled_from(PACKED).flatmap(contents.map)
    packed |= st.sampled_from([pack(example) for pack in PACKED for example in examples]).flatmap(damaged)
    codes = st.sampled_from([success, 302]) | st.integers(100, 999)

    @given(packed, codes, HEADERS, st.sampled_from([1, 7, 65536]))
    def check(content: bytes, code: int, headers: dict[str, str], size: int) -> None:
        for caller in CALLERS.values():
            check_received(body, code, headers, received(caller, operation, Pieces(content, size), code, headers))

    check()


def check_received(body: ResponseSchema, code: int, headers: dict[str, str], found: Any) -> None:
    if isinstance(found, NoResponseError):
        assert "Location" in headers, "httpx checks where a redirect leads before the client sees the response"
        return
    assert found.status_code == code
    if code not in body.codes or isinstance(found, StatusError):
        assert isinstance(found, StatusError)
        assert code not in body.codes or found.code, "only a body with an error code makes a success an error"
    elif isinstance(found, DecodeError):
        reason = "more than once" if "," in headers.get("Content-Encoding", "") else "encoding is damaged"
        assert reason in str(found) or validate(body, found.content).wrong != frozenset()
    elif not TARGETS[body.operation].holds_secrets:
        data = json.loads(found.content.decode(errors="surrogateescape"))
        assert known_fields(tolerant_schema(body), as_json(found.body)) == known_fields(tolerant_schema(body), data)


# Memory.

MEGABYTE = 1 << 20


def bomb(window_bits: int) -> bytes:
    """Return a megabyte that decompresses to a gigabyte of zeros: one compressed block, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    first, again = (packer.compress(b"0" * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * 999


FLOODS = {
    "large": (bytes(30 * MEGABYTE), "identity", 12 * MEGABYTE),
    "gzip": (bomb(31), "gzip", 8 * MEGABYTE),
    "deflate": (bomb(15), "deflate", 8 * MEGABYTE),
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("status", [200, 500])
@each_way
def test_a_response_needs_little_more_memory_than_the_client_may_read(caller: Caller, status: int, flood: str) -> None:
    content, encoding, largest_peak = FLOODS[flood]
    response = FakeResponse(status, content, {"Content-Encoding": encoding})
    with serving(lambda _: response) as base_url:
        tracemalloc.start()
        try:
            with pytest.raises(ResponseTooLargeError) as caught:
                caller(TARGETS[LISTING], base_url, settings={"largest_response": MEGABYTE})
            assert tracemalloc.get_traced_memory()[1] < largest_peak
        finally:
            tracemalloc.stop()
    assert (caught.value.status_code, len(caught.value.content)) == (status, MEGABYTE)
