"""Whatever comes in place of a response, what comes out is a typed error, or a value that JSON allows."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from cloudkeys.errors import DecodeError
from cloudkeys.runtime.messages import Response
from contract.mirror import DESCRIBED, ERRORS, RESULTS, Described, page
from contract.responses import check, encoded, judged, outcome, tolerant
from contract.tally import trying
from shells import SHELLS
from toolchain.document import Document

KIND = "damaged response"
each_body = pytest.mark.parametrize("described", DESCRIBED, ids=str)
each_operation = pytest.mark.parametrize("operation", RESULTS)


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


SLOT = "<slot>"
LEAST = {"string": "", "integer": 1, "boolean": True, "array": []}


def with_slot(schema: Document, kind: str) -> Any:
    """Return a small value that a schema allows, with a slot for a text or an integer, best where it isn't required."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "array" in kinds:
        item = with_slot(schema["items"], kind)
        return None if item is None else [item]
    members = sorted(schema.get("properties", {}).items(), key=lambda each: each[0] in schema.get("required", ()))
    for name, member in members:
        if (slot := with_slot(member, kind)) is not None:
            return least(schema) | {name: slot}
    return SLOT if kind in kinds and schema.get("format") != "date-time" else None


def least(schema: Document) -> Any:
    if "properties" in schema:
        return {name: least(schema["properties"][name]) for name in schema.get("required", ())}
    return "2026-01-02T03:04:05Z" if schema.get("format") == "date-time" else LEAST[schema["type"]]


def example(described: Described) -> bytes:
    if described in ERRORS:
        return compact(with_slot(tolerant(described), "string") | {"unknown": ["é", None]})
    return page(described.operation)


# Bodies that are no JSON, or not such as the spec describes; the validator says which.

WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "spaces": lambda _: b" \r\n\t",
    "spaces around": lambda body: b" \r\n\t" + body + b"\n",
    "HTML": lambda _: b"<!DOCTYPE html><html><title>502 Bad Gateway</title></html>",
    "XML": lambda _: b'<?xml version="1.0"?><Error><Code>Throttling</Code></Error>',
    "UTF-16 with a mark": lambda body: body.decode().encode("utf-16"),
    "UTF-16": lambda body: body.decode().encode("utf-16-le"),
    "UTF-32": lambda body: body.decode().encode("utf-32"),
    "UTF-8 with a mark": lambda body: b"\xef\xbb\xbf" + body,
    "twice": lambda body: body + body,
    "on lines": lambda body: body + b"\n" + body,
    "a zero byte behind": lambda body: body + b"\0",
    "in an array": lambda body: b"[" + body + b"]",
    "as a text": lambda body: json.dumps(body.decode()).encode(),
    "a call": lambda body: b"callback(" + body + b")",
    "a comment": lambda body: body + b" // end",
    "a comma too many": lambda body: body[:-1] + b",}",
    "packed": gzip.compress,
    **{text: lambda _, text=text: text.encode() for text in ("null", "true", "7", '"text"', "[]", "[{}]", "{}")},  # type: ignore[misc]
    "nesting": lambda _: b"[" * 100_000,
    "nesting, closed": lambda _: b"[" * 100_000 + b"]" * 100_000,
    "nesting of objects": lambda _: b'{"a":' * 100_000,
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_body_that_is_something_else(name: str) -> None:
    for described in DESCRIBED:
        check(described, WHOLE[name](example(described)), KIND)


@each_body
def test_a_body_that_ends_at_any_byte(described: Described) -> None:
    content = example(described)
    for end in range(len(content)):
        answers = check(described._replace(statuses=described.statuses[:1]), content[:end], KIND)
        assert {answer.path for answer in answers if isinstance(answer, DecodeError)} <= {"$"}


TOKENS: dict[str, bytes] = {
    **{text: text.encode() for text in ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "undefined")},
    **{text: text.encode() for text in ("-0", "-0.0", "7.0", "7e0", "7.5", "01", "+1", ".5", "5.", "0x7", "1_000", "")},
    **{f"{number:+}": str(number).encode() for number in (2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, -(2**64))},
    "4,300 digits": b"9" * 4300,
    "4,301 digits": b"9" * 4301,
    "minus 100,000 digits": b"-" + b"9" * 100_000,
    "a lone surrogate": b'"\xed\xa0\x80"',
    "an escaped lone surrogate": rb'"\ud800"',
    "escaped surrogates in the wrong order": rb'"\ude00\ud83d"',
    "escaped surrogates": rb'"\ud83d\ude00"',
    "an escaped zero": rb'"\u0000"',
    "a zero byte": b'"\0"',
    "a line break": b'"\n"',
    "an unknown escape": rb'"\x41"',
    "Latin-1": '"é"'.encode("latin-1"),
    "GBK": '"名前"'.encode("gbk"),
    "UTF-8": '"名前"'.encode(),
    "too long a form in UTF-8": b'"\xc0\xaf"',
    "single quotes": b"'text'",
    "a digit as a text": b'"7"',
    "a long text": b'"' + b"x" * 100_000 + b'"',
    "nesting": b"[" * 100_000,
    "nesting, closed": b"[" * 100_000 + b"]" * 100_000,
    "nesting of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}


def with_token(template: Any, token: bytes) -> bytes:
    return compact(template).replace(compact(SLOT), token)


@pytest.mark.parametrize("name", TOKENS)
def test_a_value_that_json_or_the_spec_does_not_have(name: str) -> None:
    for described, kind in itertools.product(DESCRIBED, ("string", "integer")):
        if (template := with_slot(tolerant(described), kind)) is not None:
            check(described, with_token(template, TOKENS[name]), KIND)


@pytest.mark.parametrize("name", TOKENS)
@each_operation
def test_an_unknown_member_of_any_value_is_skipped_or_is_a_typed_error(operation: str, name: str) -> None:
    """What is skipped isn't looked at closely: neither is its UTF-8 checked, nor how large its numbers are."""
    described = RESULTS[operation]
    content = page(operation)[:-1] + b',"unknown":' + TOKENS[name] + b"}"
    for shell in SHELLS.values():
        with trying(operation, described.code, KIND):
            answer = outcome(shell, operation, content, described.code)
            if isinstance(answer, Response):
                assert encoded(answer.body) == encoded(outcome(shell, operation, page(operation), described.code).body)
            else:
                assert type(answer) is DecodeError
                assert answer.path == "$"
                assert judged(described, content).wrong


@pytest.mark.parametrize("described", [each for each in DESCRIBED if with_slot(tolerant(each), "string")], ids=str)
def test_of_a_member_that_comes_twice_the_last_counts_as_in_json_loads(described: Described) -> None:
    template = with_slot(tolerant(described), "string")
    before, _, after = compact(template).partition(compact(SLOT))
    # A first value that is wrong itself is an error, although another comes after it.
    firsts = [each for each in (b'"first"', b"null") if not judged(described, with_token(template, each)).wrong]
    name = before.rpartition(b'":')[0].rpartition(b'"')[2]
    escaped = b"\\u%04x%s" % (name[0], name[1:])
    for first, second, last in itertools.product(firsts, (name, escaped), (b'"last"', b"null", b"7")):
        check(described, before + first + b',"' + second + b'":' + last + after, KIND)


CONTENT_TYPES = [
    "application/json",
    "application/json; charset=utf-16",
    "text/html",
    "text/plain; charset=gbk",
    "",
    "?",
]


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_a_body_is_judged_by_what_it_is_and_not_by_its_label(content_type: str) -> None:
    for described in DESCRIBED:
        for content in (example(described), WHOLE["HTML"](b"")):
            check(described, content, KIND, {"Content-Type": content_type})
