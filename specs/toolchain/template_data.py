"""What the templates need of each operation, and the generator forgets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, TypeAlias

from openapi_python_client.strings import ClassName

from toolchain.checks import FIELD_PREFIX, module_name
from toolchain.client_limits import leaf
from toolchain.document import Document, OperationPlace, operations
from toolchain.prepare import parameter_documentation

if TYPE_CHECKING:
    from collections.abc import Iterator

Attributes: TypeAlias = dict[str, dict[str, str]]
"""The names of Python attributes by the vendor's names, for each class of the models."""

_STYLES = {"marker": "by_marker", "page-number": "by_page_number"}
_FIRST = {"marker": None, "page-number": 1}
"""What a style sends as the step of the first page."""


def attributes_of(models: str) -> Attributes:
    """Return the attributes of the generated models: the generators have different rules for names, and these decide.

    Args:
        models: The code of the models.
    """
    found: Attributes = {}
    for node in ast.parse(models).body:
        if isinstance(node, ast.ClassDef):
            fields = [field for field in node.body if isinstance(field, ast.AnnAssign)]
            found[node.name] = {_vendor_name(field): ast.unparse(field.target) for field in fields}
    return found


def _vendor_name(field: ast.AnnAssign) -> str:
    keywords = field.value.keywords if isinstance(field.value, ast.Call) else []
    given = next((keyword.value for keyword in keywords if keyword.arg == "name"), None)
    return str(given.value) if isinstance(given, ast.Constant) else ast.unparse(field.target)


def for_templates(document: Document, attributes: Attributes) -> Document:
    """Return the data of each operation, by the name of its module.

    Args:
        document: The spec.
        attributes: The attributes of its models.
    """
    return {module_name(place)[1]: _operation(document, place, attributes) for place in operations(document)}


def _operation(document: Document, place: OperationPlace, attributes: Attributes) -> Document:
    bodies = list(_bodies(place))
    success = next((status, body) for status, body in bodies if str(status).startswith("2"))
    parameters: list[Document] = place.operation.get("parameters", [])
    names = attributes[_class(f"{place.operation['operationId']}Parameters")]
    paging = _paging(document, place, names, attributes) if "x-paging" in place.operation else {}
    return {
        "id": place.operation["operationId"],
        "path": place.path,
        "names": names,
        "parameters": {each["name"]: _documentation(each, paging) for each in parameters},
        "settings": [each["name"] for each in parameters if "x-client-setting" in each],
        "success": success,
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


def _paging(document: Document, place: OperationPlace, names: dict[str, str], attributes: Attributes) -> Document:
    paging: Document = place.operation["x-paging"]
    kinds: dict[str, Any] = {each["name"]: each["schema"].get("type") for each in place.operation["parameters"]}
    item = _class((leaf(document, place, paging["items"]) or {})["items"]["$ref"])
    return {
        "style": _STYLES[paging["style"]],
        "first": _FIRST[paging["style"]],
        "items": _path(document, place, paging["items"], attributes),
        "item": item,
        "key": attributes[item][paging["key"]],
        "step": paging["step"],
        "size": paging["size"],
        "step_name": names[paging["step"]],
        "size_name": names[paging["size"]],
        "page_size": paging.get("page-size"),
        "size_is_text": kinds[paging["size"]] == "string",
        "next": _path(document, place, paging.get("next", ""), attributes),
        "total": _path(document, place, paging.get("total", ""), attributes),
        "short_page_is_last": paging.get("short-page-is-last", False),
    }


def _path(document: Document, place: OperationPlace, path: str, attributes: Attributes) -> str:
    """Return the attributes that lead to a field of the result, for the vendor's names that lead there."""
    found: list[str] = []
    owner = next(body for status, body in _bodies(place) if str(status).startswith("2"))
    steps = path.split(".") if path else []
    for depth, name in enumerate(steps, 1):
        found.append(attributes[owner][name])
        owner = _class((leaf(document, place, ".".join(steps[:depth])) or {}).get("$ref", ""))
    return ".".join(found)


def _class(reference: str) -> str:
    return ClassName(reference.rpartition("/")[2], FIELD_PREFIX)
