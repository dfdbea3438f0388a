"""Code, message and request ID in the body of an error, in any of the vendors' forms."""

from __future__ import annotations

from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from cloudkeys.runtime.encoding import field_names

if TYPE_CHECKING:
    from collections.abc import Mapping

# The vendors' names for code and message: Huawei's gateway and services, its older services, Alibaba, Keystone.
_FIELDS: Final = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("Code", "Message"), ("code", "message"))
_REQUEST_ID_FIELDS: Final = ("request_id", "RequestId", "requestId")
_SUCCESS_FIELDS: Final = ("Success", "success")
_INNER: Final = ("error", "Error")
_CODES_OF_SUCCESS: Final = frozenset({"0", "200", "ok", "success"})
_LONGEST_XML: Final = 65_536
"""Bytes. An error in XML has a few hundred."""
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)


class VendorError(NamedTuple):
    """An error as its body describes it.

    Attributes:
        code: The vendor's code; None if there is none.
        message: The vendor's message, likewise.
        request_id: The ID of the request, likewise.
    """

    code: str | None = None
    message: str | None = None
    request_id: str | None = None


def read_error(content: bytes) -> VendorError:
    """Read the error from a body, a JSON object or XML; other bodies have none.

    Args:
        content: The body.
    """
    return _vendor_error(_fields_of(content))


# Decoding only the fields of a failure takes an eighth of the time of decoding a whole page.
_NAMES: Final = dict.fromkeys((*chain(*_FIELDS), *_SUCCESS_FIELDS, *_INNER))
_SIGNS: Final = msgspec.defstruct("_Signs", [(name, Any, None) for name in _NAMES], module=__name__)
_DECODER: Final = msgspec.json.Decoder(_SIGNS)
_NO_SIGNS: Final = _SIGNS()


def reports_failure(content: bytes, schema: Any) -> bool:  # noqa: ANN401 - a Struct or NoneType
    """Return whether a body reports a failure although its status is success.

    Args:
        content: The body.
        schema: The Struct of the result, or NoneType. Its fields don't report a failure.
    """
    try:
        signs = _DECODER.decode(content) if content else _NO_SIGNS
    except _UNREADABLE:
        return False
    if signs == _NO_SIGNS:
        return False
    documented = () if schema is NoneType else field_names(schema)
    fields = {name: value for name, value in msgspec.structs.asdict(signs).items() if value is not None}
    success = next((str(fields[name]).lower() for name in _SUCCESS_FIELDS if name in fields), "")
    error = _vendor_error({name: value for name, value in fields.items() if name not in documented})
    is_error = error.code and error.message is not None and error.code.lower() not in _CODES_OF_SUCCESS
    return success == "false" or (success != "true" and bool(is_error))


def _vendor_error(fields: Mapping[str, Any]) -> VendorError:
    request_id = next((fields[name] for name in _REQUEST_ID_FIELDS if isinstance(fields.get(name), str)), None)
    for object_ in (fields, *(fields[name] for name in _INNER if isinstance(fields.get(name), dict))):
        for code_name, message_name in _FIELDS:
            if code := _text(object_.get(code_name)):
                return VendorError(code, _text(object_.get(message_name)), request_id)
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
    """Return the first text of each element by its name; nothing for HTML, or for XML with a document type."""
    from xml.parsers import expat  # noqa: PLC0415 - rarely needed

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
