"""What a body says of an error, in whichever form it comes."""

from __future__ import annotations

from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from cloudkeys.runtime.encoding import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where vendors put code and message: Huawei's gateway and services, Huawei's older ones, Alibaba, Keystone.
_FIELDS: Final = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("Code", "Message"), ("code", "message"))
_REQUEST_ID_FIELDS: Final = ("request_id", "RequestId", "requestId")
_SUCCESS_FIELDS: Final = ("Success", "success")
_INNER: Final = ("error", "Error")
_CODES_OF_SUCCESS: Final = frozenset({"0", "200", "ok", "success"})
_LONGEST_XML: Final = 65_536
"""Bytes of XML that are looked at; the XML of an error has some hundred."""
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)


class VendorError(NamedTuple):
    """What a body says of an error.

    Attributes:
        code: The vendor's code; None where there is none.
        message: The vendor's message, likewise.
        request_id: The ID of the request, likewise.
    """

    code: str | None = None
    message: str | None = None
    request_id: str | None = None


def read_error(content: bytes) -> VendorError:
    """Return what a body says of an error: a JSON object or XML; nothing of what is neither.

    Args:
        content: The body.
    """
    return _said(_fields_of(content))


# To decode what a failure has alone takes an eighth of the time of a whole page.
_NAMES: Final = dict.fromkeys((*chain(*_FIELDS), *_SUCCESS_FIELDS, *_INNER))
_SIGNS: Final = msgspec.defstruct("_Signs", [(name, Any, None) for name in _NAMES], module=__name__)
_DECODER: Final = msgspec.json.Decoder(_SIGNS)
_NO_SIGNS: Final = _SIGNS()


def says_failure(content: bytes, schema: Any) -> bool:  # noqa: ANN401 - a Struct or NoneType
    """Return whether a body says that the call failed, although its status is success.

    Args:
        content: The body.
        schema: The Struct of the result, or NoneType: no field of it is an error's.
    """
    try:
        signs = _DECODER.decode(content) if content else _NO_SIGNS
    except _UNREADABLE:
        return False
    if signs == _NO_SIGNS:
        return False
    documented = () if schema is NoneType else names_of(schema)
    fields = {name: value for name, value in msgspec.structs.asdict(signs).items() if value is not None}
    verdict = next((str(fields[name]).lower() for name in _SUCCESS_FIELDS if name in fields), "")
    said = _said({name: value for name, value in fields.items() if name not in documented})
    is_error = said.code and said.message is not None and said.code.lower() not in _CODES_OF_SUCCESS
    return verdict == "false" or (verdict != "true" and bool(is_error))


def _said(fields: Mapping[str, Any]) -> VendorError:
    request_id = next((fields[name] for name in _REQUEST_ID_FIELDS if isinstance(fields.get(name), str)), None)
    for place in (fields, *(fields[name] for name in _INNER if isinstance(fields.get(name), dict))):
        for code_name, message_name in _FIELDS:
            if code := _text(place.get(code_name)):
                return VendorError(code, _text(place.get(message_name)), request_id)
    return VendorError(request_id=request_id)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else str(value) if type(value) in {int, float} else None


def _fields_of(content: bytes) -> dict[str, Any]:
    text = content.decode("utf-8-sig", "replace")
    if text.lstrip().startswith("<"):
        return _leaves_of_xml(content)
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except _UNREADABLE:
        return {}


def _leaves_of_xml(content: bytes) -> dict[str, str]:
    """Return the first text of each element by its name; nothing of a page for people, or of XML with entities."""
    from xml.parsers import expat  # noqa: PLC0415 - few programs ever need it

    leaves, texts = dict[str, str](), list[str]()

    def begin(name: str, _attributes: object) -> None:
        texts.clear()
        if name.lower() == "html":
            refuse()

    def end(name: str) -> None:
        leaves.setdefault(name.rpartition(":")[2], "".join(texts).strip())
        texts.clear()

    def refuse(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, texts.append
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content[:_LONGEST_XML], len(content) <= _LONGEST_XML)
    except (expat.ExpatError, ValueError, LookupError):
        return {}
    return leaves
