"""What the specs say of a caller's arguments, judged by a JSON Schema validator that the clients don't use."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker

from contract.cases import CONTRACTS, Parameter
from toolchain.document import Document


class Verdict(NamedTuple):
    """What the spec says of a caller's arguments: the vendor's names of those parameters that aren't as they must be.

    A value that an enumeration doesn't list is unknown, and not wrong: enumerations are the values known so far.
    """

    missing: set[str]
    wrong: set[str]
    together: set[str]
    unsendable: set[str]
    unknown: set[str]

    @property
    def refused(self) -> set[str]:
        return self.wrong | self.unsendable | self.together


def judge(name: str, arguments: Mapping[str, Any]) -> Verdict:
    """Judge arguments, which are given by the vendor's names; None for one that isn't required gives nothing."""
    contract = CONTRACTS[name]

    def those(condition: Callable[[Parameter, Any], bool]) -> set[str]:
        return {
            key
            for key, value in arguments.items()
            if condition(contract.parameters[key], value) and (value is not None or key in contract.required)
        }

    given = {key for key, value in arguments.items() if value is not None}
    together = {
        " or ".join(names) for kind, names in contract.constraints if not _fits(kind, len(given.intersection(names)))
    }
    wrong = those(_is_wrong)
    missing = contract.required - set(arguments)
    return Verdict(missing, wrong, together, those(_is_unsendable) - wrong, those(_is_unknown) - wrong)


def _fits(kind: str, count: int) -> bool:
    return {"exactly-one-of": count == 1, "at-least-one-of": count >= 1, "at-most-one-of": count <= 1}[kind]


def _is_wrong(parameter: Parameter, value: Any) -> bool:
    return _has_surrogate(value) or not _allows(_open(parameter.schema), value)


def _has_surrogate(value: Any) -> bool:
    """Whether there is half of a character, which has no UTF-8, and no place in a URL."""
    if isinstance(value, dict):
        return any(map(_has_surrogate, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(_has_surrogate, value))
    return isinstance(value, str) and any(unicodedata.category(character) == "Cs" for character in value)


def _open(schema: Any) -> Any:
    """Return a schema whose enumerations take any value, however deep."""
    if isinstance(schema, dict):
        return {key: _open(value) for key, value in schema.items() if key != "enum"}
    return schema


def _is_unknown(parameter: Parameter, value: Any) -> bool:
    return not _allows(parameter.schema, value)


def _is_unsendable(parameter: Parameter, value: Any) -> bool:
    """Whether a URL can't say the value.

    That is one of a path that a server, a proxy or a client could take for more, or less, than one segment of it, and
    an empty array, of which nothing would stand in a query.
    """
    if parameter.location == "query":
        return isinstance(value, list) and not value
    if parameter.location != "path" or not isinstance(value, str):
        return False
    unseen = any(unicodedata.category(character)[0] in "CZ" and character != " " for character in value)
    return unseen or value in {"", ".", ".."} or not set(value).isdisjoint("/\\")


def _allows(schema: Document, value: Any) -> bool:
    # A tuple is sent as a list is.
    value = list(value) if isinstance(value, tuple) else value
    # To JSON Schema, 1.0 is an integer; but `1.0` in a URL is not what a service takes for one.
    if isinstance(value, float) or (isinstance(value, list) and any(isinstance(each, float) for each in value)):
        return False
    # jsonschema prints what is wrong, and Python prints no number of 5,000 digits.
    if isinstance(value, int) and not _has_bits(64, value):
        return False
    return Draft202012Validator(_with_exact_end(schema), format_checker=_FORMATS).is_valid(value)


def _with_exact_end(schema: Document) -> Document:
    """Return a schema for jsonschema, which reads a pattern as Python does: a line break may follow the end.

    The patterns of JSON Schema are those of ECMA-262, where nothing may follow it.
    """
    pattern = schema.get("pattern", "")
    return {**schema, "pattern": pattern.removesuffix("$") + r"\Z"} if pattern.endswith("$") else schema


def _has_bits(bits: int, value: object) -> bool:
    return not isinstance(value, int) or -(1 << bits - 1) <= value < 1 << bits - 1


_FORMATS = FormatChecker(())
_FORMATS.checks("int32")(functools.partial(_has_bits, 32))
_FORMATS.checks("int64")(functools.partial(_has_bits, 64))
