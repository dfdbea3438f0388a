"""What the templates need of each operation, and the generator forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_python_client.strings import ClassName, PythonIdentifier

from toolchain.checks import FIELD_PREFIX, module_name
from toolchain.client_limits import leaf
from toolchain.document import Document, OperationPlace, operations
from toolchain.prepare import parameter_documentation

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLES = {"marker": "by_marker", "page-number": "by_page_number"}
_FIRST = {"marker": None, "page-number": 1}
"""What a style sends as the step of the first page."""


def for_templates(document: Document) -> Document:
    """Return the data of each operation, by the name of its module."""
    return {module_name(place)[1]: _operation(document, place) for place in operations(document)}


def _operation(document: Document, place: OperationPlace) -> Document:
    bodies = list(_bodies(place))
    parameters: list[Document] = place.operation.get("parameters", [])
    paging = _paging(document, place) if "x-paging" in place.operation else {}
    return {
        "id": place.operation["operationId"],
        "path": place.path,
        "parameters": {each["name"]: _documentation(each, paging) for each in parameters},
        "settings": [each["name"] for each in parameters if "x-client-setting" in each],
        "success": next((status, body) for status, body in bodies if str(status).startswith("2")),
        "errors": [(status, body) for status, body in bodies if not str(status).startswith("2")],
        "paging": paging,
    }


def _documentation(parameter: Document, paging: Document) -> str:
    """Return what is said of a parameter; a number of items is an argument of type int, whatever text is sent."""
    if paging.get("size_is_text") and parameter["name"] == paging["size"]:
        return str(parameter["description"])
    return parameter_documentation(parameter)


def _bodies(place: OperationPlace) -> Iterator[tuple[int | None, str]]:
    for status, response in place.operation["responses"].items():
        reference: str = response["content"]["application/json"]["schema"]["$ref"]
        yield None if status == "default" else int(status), _class(reference)


def _paging(document: Document, place: OperationPlace) -> Document:
    paging: Document = place.operation["x-paging"]
    kinds: dict[str, Any] = {each["name"]: each["schema"].get("type") for each in place.operation["parameters"]}
    return {
        "style": _STYLES[paging["style"]],
        "first": _FIRST[paging["style"]],
        "items": _attributes(paging["items"]),
        "item": _class((leaf(document, place, paging["items"]) or {})["items"]["$ref"]),
        "key": _attributes(paging["key"]),
        "step": paging["step"],
        "size": paging["size"],
        "step_name": _attributes(paging["step"]),
        "size_name": _attributes(paging["size"]),
        "page_size": paging.get("page-size"),
        "size_is_text": kinds[paging["size"]] == "string",
        "next": _attributes(paging.get("next", "")),
        "total": _attributes(paging.get("total", "")),
        "short_page_is_last": paging.get("short-page-is-last", False),
    }


def _attributes(path: str) -> str:
    """Return the names of Python attributes for the vendor's names that lead into a body."""
    return ".".join(PythonIdentifier(name, FIELD_PREFIX) for name in path.split(".")) if path else ""


def _class(reference: str) -> str:
    return ClassName(reference.rpartition("/")[2], FIELD_PREFIX)
