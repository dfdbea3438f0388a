"""Masking of responses from real accounts: every value is replaced unless the spec shows that it is public.

Equal texts in a recording get equal replacements, and different texts get different ones, so its parts still match.
vcrpy and pytest-recording can't do this: they filter by the names of headers and fields, not by a schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from cloudkeys.testing.recording import Recording
from specs import DOCUMENTS, SPEC_OPERATIONS
from toolchain.document import Document, LocatedOperation, resolved
from tools.recorder.replacements import Replacements
from tools.recorder.secret_scan import names_of_secrets

_ERROR_CODE: Final = r"[A-Za-z]{2,40}[0-9]?(\.([A-Za-z]{2,40}|[0-9]{1,8}))*"
FORMS: Final[dict[str, str]] = {
    "Code": _ERROR_CODE,  # the purpose of recording an error
    "error_code": _ERROR_CODE,
    "DealTime": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",  # a time whose form isn't `date-time`
    "rotation_period": r"[0-9]{1,7}[dhms]",  # a number and a unit, as x-range shows
    "limit": r"[0-9]{1,4}",  # a number that the vendor wants as a string
}
"""The documented fields whose texts are public if they match this pattern."""

MESSAGES: Final = frozenset({"Message", "error_msg", "message", "title"})
"""The documented fields that contain prose: only its plain words are public."""

HEADERS: Final[dict[str, str]] = {
    "Content-Type": r"(application/json|application/xml|text/(html|plain|xml))( ?; ?charset=\"?[A-Za-z]+-?[0-9]*\"?)?",
    "Retry-After": r"[0-9]{1,6}",
    "X-Request-Id": r"",
    "X-IAM-Trace-Id": r"",
    "x-acs-request-id": r"",
}
"""The response headers that are kept; a value that doesn't match its pattern is replaced."""

_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST_ACCOUNT_ID: Final = 10**11
_FIRST_DOUBTFUL_NUMBER: Final = 10**6  # in an unknown field: 7 digits may be a phone number
_FIRST_NOT_A_TIME: Final = 10**13  # a Unix time in milliseconds has 13 digits


def mask(recording: Recording, replacements: Replacements) -> Recording:
    """Return a recording without anything that could identify the account.

    Args:
        recording: A recording from a real account.
        replacements: The replacements so far; recordings that belong together share them.

    Raises:
        ValueError: The request is for another operation.
    """
    package, place = SPEC_OPERATIONS[recording.operation]
    request, response = recording.request, recording.response
    replacements.avoid(_leaves_of(recording))
    masker = _Masker(DOCUMENTS[package], replacements)
    target = masker.target(request.target, place)
    headers = masker.headers(response.headers)
    schema = response_schema(place, response.status)
    masker.body(response.body, schema)  # first pass: a message may mention a name that comes after it
    return msgspec.structs.replace(
        recording,
        request=msgspec.structs.replace(request, target=target),
        response=msgspec.structs.replace(response, headers=headers, body=masker.body(response.body, schema)),
    )


def response_schema(place: LocatedOperation, status: int) -> Document:
    """Return the schema of a response; an undocumented error has the schema of a documented one."""
    responses = place.operation["responses"]
    errors = [name for name in responses if name >= "400"]  # `default` is one of them
    name = str(status) if str(status) in responses or status < 400 else errors[-1]
    schema: Document = responses.get(name, {}).get("content", {}).get("application/json", {}).get("schema", {})
    return schema


class _Masker:
    """Masks the parts of one recording by their schemas."""

    def __init__(self, document: Document, replacements: Replacements) -> None:
        self._document, self._replacements = document, replacements

    def target(self, target: str, place: LocatedOperation) -> str:
        path, _, query = target.partition("?")
        schemas = {item["name"]: item["schema"] for item in place.operation.get("parameters", ())}
        parts = re.split(r"\{([^{}]+)\}", place.path.partition("#")[0])  # every second part is the name of a parameter
        match = re.fullmatch("([^/]+)".join(map(re.escape, parts[::2])), path)
        if match is None:
            raise ValueError("the request is for another operation")
        parts[1::2] = [
            self._parameter(name, unquote(text), schemas)
            for name, text in zip(parts[1::2], match.groups(), strict=True)
        ]
        parameters = [
            f"{quote(name, safe='~')}={self._parameter(name, text, schemas)}"
            for name, text in parse_qsl(query, keep_blank_values=True)
        ]
        return "".join(parts) + ("?" + "&".join(parameters) if parameters else "")

    def _parameter(self, name: str, text: str, schemas: Document) -> str:
        # The items of an array may be numbered: `IdList.1`.
        array, _, number = name.rpartition(".")
        known = schemas.get(array, {}).get("items", {}) if number.isdecimal() else schemas.get(name, {})
        schema = self._resolved(known)
        is_number = schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,19}", text)
        return quote(str(self._value(int(text) if is_number else text, schema, name)), safe="~")

    def headers(self, headers: dict[str, str]) -> dict[str, str]:
        theirs = {name.lower(): text for name, text in headers.items()}
        kept = {name: theirs[name.lower()] for name in HEADERS if name.lower() in theirs}
        return {
            name: text if re.fullmatch(HEADERS[name], text) else self._replacements.text(text)
            for name, text in kept.items()
        }

    def body(self, text: str, schema: Document) -> str:
        try:
            return json.dumps(self._value(_json(text), schema), indent=2, allow_nan=False) + "\n"
        except (ValueError, RecursionError):
            return f"masked: {len(text)} characters that aren't JSON\n" if text else ""

    def _value(self, value: Any, schema: Document, name: str = "") -> Any:
        schema = self._resolved(schema)
        if isinstance(value, dict):
            known: Document = schema.get("properties", {})
            return {
                key if key in known else self._replacements.field_name(key): self._value(item, known.get(key, {}), key)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._value(item, schema.get("items", {})) for item in value]
        if isinstance(value, str):
            return self._text(value, schema, name)
        if isinstance(value, bool) or value is None or _is_public_number(value, schema):
            return value
        return self._replacements.number(value)

    def _text(self, text: str, schema: Document, name: str) -> str:
        if schema.get("format") == "password":
            return self._replacements.text(text)
        if schema and name in MESSAGES:
            return self._replacements.prose(text)
        is_public = (
            text in schema.get("enum", ())
            or (schema.get("format") == "date-time" and _DATE_TIME.fullmatch(text))
            or (schema and re.fullmatch(FORMS.get(name, ""), text) and not names_of_secrets(text))
        )
        return text if is_public else self._replacements.text(text)

    def _resolved(self, schema: Document) -> Document:
        return resolved(self._document, schema)


def _is_public_number(number: float, schema: Document) -> bool:
    if schema.get("x-unit") == "milliseconds":
        return abs(number) < _FIRST_NOT_A_TIME
    return abs(number) < (_FIRST_ACCOUNT_ID if schema else _FIRST_DOUBTFUL_NUMBER)


def _leaves_of(recording: Recording) -> Iterator[object]:
    path, _, query = recording.request.target.partition("?")
    yield from (unquote(segment) for segment in path.split("/"))
    yield from (text for _, text in parse_qsl(query))
    yield from recording.response.headers.values()
    try:
        yield from _leaves(_json(recording.response.body))
    except (ValueError, RecursionError):
        return


def _leaves(value: Any) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if items is None:
        yield value
    for item in items or ():
        yield from _leaves(item)


def _json(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} isn't JSON")

    return json.loads(text, parse_constant=refuse)
