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
    no_segment: set[str]
    unknown: set[str]

    @property
    def refused(self) -> set[str]:
        return self.wrong | self.no_segment


def judge(name: str, arguments: Mapping[str, Any]) -> Verdict:
    """Judge arguments, which are given by the vendor's names; None for one that isn't required gives nothing."""
    contract = CONTRACTS[name]

    def those(condition: Callable[[Parameter, Any], bool]) -> set[str]:
        return {
            key
            for key, value in arguments.items()
            if condition(contract.parameters[key], value) and (value is not None or key in contract.required)
        }

    wrong = those(_is_wrong)
    return Verdict(contract.required - set(arguments), wrong, those(_is_no_segment) - wrong, those(_is_unknown) - wrong)


def _is_wrong(parameter: Parameter, value: Any) -> bool:
    # A lone surrogate is no character, so it has no UTF-8, and no place in a URL.
    no_text = isinstance(value, str) and any(unicodedata.category(character) == "Cs" for character in value)
    open_schema = {key: constraint for key, constraint in parameter.schema.items() if key != "enum"}
    return no_text or not _allows(open_schema, value)


def _is_unknown(parameter: Parameter, value: Any) -> bool:
    return not _allows(parameter.schema, value)


def _is_no_segment(parameter: Parameter, value: Any) -> bool:
    """Whether a server, a proxy or a client could take the value for more, or less, than one segment of a path."""
    if parameter.location != "path" or not isinstance(value, str):
        return False
    unseen = any(unicodedata.category(character)[0] in "CZ" and character != " " for character in value)
    return unseen or value in {"", ".", ".."} or not set(value).isdisjoint("/\\")


def _allows(schema: Document, value: Any) -> bool:
    # To JSON Schema, 1.0 is an integer; but `1.0` in a URL is not what a service takes for one.
    if isinstance(value, float):
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
