"""Any bytes, in any encoding, with any status and headers, end in a result or in a typed error."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cloudkeys.errors import CloudkeysError, DecodeError, NoResponseError, StatusError
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.messages import Response
from cloudkeys.testing import FakeResponse
from contract.mirror import RESULTS, counted, page
from contract.responses import check_body, encoded, judged, kept, known, tolerant
from contract.tally import trying
from driver import serving
from shells import SHELLS, TARGETS, Shell

KIND = "damaged response"
each_operation = pytest.mark.parametrize("operation", RESULTS)


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes piece by piece, as from a network, so that the client unpacks it."""

    def __init__(self, content: bytes, size: int = 64) -> None:
        self._pieces = [content[start : start + size] for start in range(0, len(content), size)]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def sent(shell: Shell, operation: str, pieces: Pieces, code: int = 200, headers: dict[str, str] | None = None) -> Any:
    """Return what the client makes of a response that comes in pieces: its own response, or its error."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    transport = httpx.MockTransport(lambda _: httpx.Response(code, headers=raw, stream=pieces))
    connections = Connections(transport=transport, async_transport=transport)
    try:
        return shell(TARGETS[operation], settings={"connections": connections})
    except CloudkeysError as error:
        return error


def mutated(content: bytes) -> SearchStrategy[bytes]:
    """Return the bytes with some bits turned over, and some bytes left out, put in or replaced."""
    bits = st.lists(st.integers(0, len(content) * 8 - 1), max_size=3)
    replaced = st.tuples(st.integers(0, len(content)), st.integers(0, 9), st.binary(max_size=4) | st.just(b'"'))
    return st.builds(_mutated, st.just(content), bits, st.lists(replaced, max_size=2))


def _mutated(content: bytes, bits: list[int], replaced: list[tuple[int, int, bytes]]) -> bytes:
    changed = bytearray(content)
    for bit in bits:
        changed[bit // 8] ^= 1 << bit % 8
    for start, length, other in replaced:
        changed[start : start + length] = other
    return bytes(changed)


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


@each_operation
def test_any_bytes_with_any_status_and_headers_end_in_a_result_or_a_typed_error(operation: str) -> None:
    examples = [page(operation), b'{"Code":"c","error_code":"e","request_id":"r"}']
    bodies = st.one_of([st.binary(max_size=99), *map(mutated, examples), st.sampled_from(examples)])
    packed = st.sampled_from(PACKED).flatmap(bodies.map)
    repacked = st.sampled_from([pack(body) for pack in PACKED for body in examples]).flatmap(mutated)
    success = RESULTS[operation].code
    codes = st.sampled_from([success, 302]) | st.integers(100, 999)

    @given(packed | repacked, codes, HEADERS, st.sampled_from([1, 7, 65536]))
    def try_one(content: bytes, code: int, headers: dict[str, str], size: int) -> None:
        for shell in SHELLS.values():
            with trying(operation, str(code) if code == success else "other", KIND):
                check_outcome(operation, code, headers, sent(shell, operation, Pieces(content, size), code, headers))

    with counted(RESULTS[operation]._replace(statuses=(str(success), "other")), KIND):
        try_one()


def check_outcome(operation: str, code: int, headers: dict[str, str], answer: Any) -> None:
    if isinstance(answer, NoResponseError):
        # httpx finds a redirect to nowhere before we see the response.
        assert "Location" in headers
        return
    assert answer.status_code == code
    if isinstance(answer, Response):
        assert code == RESULTS[operation].code
        if TARGETS[operation].holds_secrets:
            assert answer.content == b""
            return
        schema = tolerant(RESULTS[operation])
        read = json.loads(answer.content.decode(errors="surrogateescape"))
        assert known(schema, encoded(answer.body)) == known(schema, read)
    elif code == RESULTS[operation].code and isinstance(answer, StatusError):
        assert answer.code, "the body says that the call failed"
    elif code == RESULTS[operation].code:
        assert type(answer) is DecodeError
        named = "more than once" if "," in headers.get("Content-Encoding", "") else "encoding is damaged"
        assert named in str(answer) or judged(RESULTS[operation], answer.content).wrong
    else:
        assert isinstance(answer, StatusError)


@pytest.mark.parametrize("location", LOCATIONS)
@each_operation
def test_a_redirect_to_anywhere_is_a_typed_error(operation: str, location: str) -> None:
    for code in (301, 302, 303, 307, 308):
        for shell in SHELLS.values():
            with trying(operation, "other", KIND):
                headers = {"Location": location}
                check_outcome(operation, code, headers, sent(shell, operation, Pieces(b"{}"), code, headers))


@each_operation
def test_a_packed_body_that_is_damaged_at_any_byte(operation: str) -> None:
    packed, code = gzip.compress(page(operation)), RESULTS[operation].code
    for place in range(len(packed)):
        content = _mutated(packed, [place * 8 + place % 8], [])
        for shell in SHELLS.values():
            with trying(operation, code, KIND):
                answer = sent(shell, operation, Pieces(content), code, {"Content-Encoding": "gzip"})
                if (unpacked := _unpacked(content)) is None:
                    assert type(answer) is DecodeError
                    assert "encoding is damaged" in str(answer)
                else:
                    assert answer.content == kept(operation, unpacked, code)
                    check_body(RESULTS[operation], judged(RESULTS[operation], unpacked), answer)


def _unpacked(content: bytes) -> bytes | None:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return unpacker.decompress(content) + unpacker.flush()
    except zlib.error:
        return None


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
def test_each_status_that_a_server_can_send(shell: Shell) -> None:
    answers: list[FakeResponse] = []
    with serving(lambda _: answers[-1]) as base_url:
        for code, operation in zip(range(200, 600, 3), itertools.cycle(RESULTS), strict=False):
            answers.append(FakeResponse(code, page(operation)))
            is_result = code == RESULTS[operation].code
            with trying(operation, str(code) if is_result else "other", KIND):
                if is_result:
                    assert shell(TARGETS[operation], base_url).content == kept(operation, page(operation), code)
                else:
                    with pytest.raises(StatusError) as caught:
                        shell(TARGETS[operation], base_url)
                    assert caught.value.status_code == code
                    assert caught.value.content in (page(operation), b"")
