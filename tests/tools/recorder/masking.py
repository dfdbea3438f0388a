"""Masking of responses from real accounts: what the spec doesn't show to be public is replaced.

The same text gets the same replacement in the whole recording, so that its parts still belong together, and different
texts get different ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from cloudkeys.testing.recording import Recording
from specs import DOCUMENTS, PLACES
from toolchain.document import Document, OperationPlace, resolved
from tools.recorder.replacements import Replacements
from tools.recorder.secret_scan import names_of_secrets

_ERROR_CODE: Final = r"[A-Za-z]{2,40}[0-9]?(\.([A-Za-z]{2,40}|[0-9]{1,8}))*"
FORMS: Final[dict[str, str]] = {
    "Code": _ERROR_CODE,  # what a recording of an error is for
    "error_code": _ERROR_CODE,
    "DealTime": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",  # a time, in a form that has no format
    "rotation_period": r"[0-9]{1,7}[dhms]",  # a number and a unit, as x-range shows
    "limit": r"[0-9]{1,4}",  # a number that the vendor wants as text
}
"""The documented fields whose texts are public where they have this form."""

MESSAGES: Final = frozenset({"Message", "error_msg", "message", "title"})
"""The documented fields that hold prose for people: only its plain words are public."""

HEADERS: Final[dict[str, str]] = {
    "Content-Type": r"(application/json|application/xml|text/(html|plain|xml))( ?; ?charset=\"?[A-Za-z]+-?[0-9]*\"?)?",
    "Retry-After": r"[0-9]{1,6}",
    "X-Request-Id": r"",
    "X-IAM-Trace-Id": r"",
    "x-acs-request-id": r"",
}
"""The headers of a response that are kept; a value that doesn't have this form is replaced."""

_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST_ACCOUNT_ID: Final = 10**11
_FIRST_DOUBTFUL_NUMBER: Final = 10**6  # in a field that no spec has: a number of 7 digits may be a phone's
_FIRST_NOT_A_TIME: Final = 10**13  # a Unix time in milliseconds has 13 digits


def mask(recording: Recording, replacements: Replacements) -> Recording:
    """Return a recording without what may tell whose account it is from.

    Args:
        recording: What came from a real account.
        replacements: Those of recordings that belong together, so that their parts still do; new ones for one alone.

    Raises:
        ValueError: The request isn't one of the operation.
    """
    package, place = PLACES[recording.operation]
    request, response = recording.request, recording.response
    replacements.avoid(_leaves_of(recording))
    masker = _Masker(DOCUMENTS[package], replacements)
    target = masker.target(request.target, place)
    headers = masker.headers(response.headers)
    schema = response_schema(place, response.status)
    masker.body(response.body, schema)  # a first time, so that a message hides a name that comes after it
    return msgspec.structs.replace(
        recording,
        request=msgspec.structs.replace(request, target=target),
        response=msgspec.structs.replace(response, headers=headers, body=masker.body(response.body, schema)),
    )


def response_schema(place: OperationPlace, status: int) -> Document:
    """Return the schema of a response; an error that isn't documented has that of another error."""
    responses = place.operation["responses"]
    errors = [name for name in responses if name >= "400"]  # `default` is one of them
    name = str(status) if str(status) in responses or status < 400 else errors[-1]
    schema: Document = responses.get(name, {}).get("content", {}).get("application/json", {}).get("schema", {})
    return schema


class _Masker:
    """The walk through one recording, beside what the spec says of each place."""

    def __init__(self, document: Document, replacements: Replacements) -> None:
        self._document, self._replacements = document, replacements

    def target(self, target: str, place: OperationPlace) -> str:
        path, _, query = target.partition("?")
        schemas = {item["name"]: item["schema"] for item in place.operation.get("parameters", ())}
        parts = re.split(r"\{([^{}]+)\}", place.path.partition("#")[0])  # every second one is the name of a parameter
        match = re.fullmatch("([^/]+)".join(map(re.escape, parts[::2])), path)
        if match is None:
            raise ValueError("the request isn't one of the operation")
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
            return f"masked: {len(text)} characters that are no JSON\n" if text else ""

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
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)
