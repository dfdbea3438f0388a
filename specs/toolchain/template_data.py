"""Data about each operation that the templates need and the generator drops."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from openapi_python_client.strings import ClassName

from toolchain.checks import FIELD_PREFIX, module_name
from toolchain.client_limits import result_field
from toolchain.document import Document, LocatedOperation, operations, resolved
from toolchain.prepare import argument_parameters, body_schema, parameter_documentation

if TYPE_CHECKING:
    from collections.abc import Iterator

Attributes: TypeAlias = dict[str, dict[str, str]]
"""The names of Python attributes by the vendor's names, for each class of the models."""

_PYTHON_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_STYLES = {"marker": "by_marker", "offset": "by_offset", "page-number": "by_page_number"}
_FIRST = {"marker": "", "offset": "0", "page-number": "1"}
"""The value of the step parameter for the first page of each style."""


def attributes_of(models: str) -> Attributes:
    """Return the attributes of the generated models: where the two generators differ, these names count.

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


def _operation(document: Document, place: LocatedOperation, attributes: Attributes) -> Document:
    operation = place.operation
    bodies = list(_bodies(place))
    names = attributes[_class(f"{operation['operationId']}Parameters")]
    paging = _paging(document, place, names, attributes) if "x-paging" in operation else {}
    success = [(status, body) for status, body in bodies if str(status).startswith("2")]
    arguments = list(_arguments(document, operation, names, paging))
    return {
        "id": operation["operationId"],
        "method": place.method.upper(),
        # In the spec, a fragment distinguishes the operations of one path. It is never sent.
        "path": place.path.partition("#")[0],
        "headers": {
            each["name"]: each["schema"]["default"]
            for each in operation.get("parameters", ())
            if each["in"] == "header" and "enum" in each["schema"]
        },
        "arguments": arguments,
        "in_header": [each["vendor"] for each in arguments if each["in"] == "header"],
        "numbered": [each["vendor"] for each in arguments if each["numbered"]],
        "nullable": [each["vendor"] for each in arguments if each["nullable"]],
        "body": _body_class(operation),
        "success": success,
        "result": " | ".join(dict.fromkeys(body or "None" for _, body in success)),
        "errors": [(status, body) for status, body in bodies if body and not str(status).startswith("2")],
        "idempotent": operation.get("x-idempotent", True),
        "longest": {each["vendor"]: each["longest"] for each in arguments if each["longest"]},
        "constraints": [(kind, tuple(of)) for each in operation.get("x-constraints", ()) for kind, of in each.items()],
        "paging": paging,
    }


def _body_class(operation: Document) -> str:
    body = operation.get("requestBody")
    return _class(body["content"]["application/json"]["schema"]["$ref"]) if body else ""


def _bodies(place: LocatedOperation) -> Iterator[tuple[int | None, str]]:
    for status, response in place.operation["responses"].items():
        content = response.get("content")
        body = _class(content["application/json"]["schema"]["$ref"]) if content else ""
        yield None if status == "default" else int(status), body


def _arguments(document: Document, operation: Document, names: dict[str, str], paging: Document) -> Iterator[Document]:
    """Yield the arguments of a call: parameters and fields of the body."""
    body = body_schema(document, operation) or {}
    needed = set(body.get("required", ()))
    for each in argument_parameters(operation):
        yield _argument(document, names, paging, each)
    for name, schema in body.get("properties", {}).items():
        described = {"name": name, "in": "body", "required": name in needed, "schema": schema}
        yield _argument(document, names, paging, described | {"description": schema.get("description", "")})


def _argument(document: Document, names: dict[str, str], paging: Document, parameter: Document) -> Document:
    vendor, name = parameter["name"], names[parameter["name"]]
    kind = type_of(document, parameter["schema"])
    is_size = vendor == paging.get("size")
    may_be_null = parameter["in"] == "body" and "null" in parameter["schema"].get("type", ())
    default = "" if parameter.get("required") else " | None = None"
    if may_be_null:
        default = " | None" if parameter.get("required") else " | None | UnsetType = UNSET"
    if is_size and paging["page_size"]:
        default = f" = {paging['page_size']}"
    text = is_size and paging["size_is_text"]
    is_secret = parameter["schema"].get("format") == "password"
    return {
        "vendor": vendor,
        "name": name,
        "in": parameter["in"],
        "required": bool(parameter.get("required")) and not is_size,
        "setting": "x-client-setting" in parameter,
        "numbered": "x-array" in parameter,
        "nullable": may_be_null,
        # Wrapped in a separate statement, so that no traceback shows the plain text.
        "secret": is_secret,
        # The models check the length of other texts.
        "longest": parameter["schema"].get("maxLength") if is_secret else None,
        "type": ("int" if is_size else kind.annotation) + default,
        "value": f"str({name})" if text else kind.conversion.format(name),
        "models": kind.models,
        # A page size is an int argument, even if it is sent as text.
        "documentation": parameter["description"] if text else parameter_documentation(parameter),
    }


class _Type(NamedTuple):
    annotation: str
    conversion: str = "{}"
    models: tuple[str, ...] = ()


def type_of(document: Document, schema: Document) -> _Type:
    """Return the type of an argument, its conversion to the value to send, and the models it uses.

    Args:
        document: The spec.
        schema: The schema of the argument.
    """
    if "$ref" in schema:
        name, target = _class(schema["$ref"]), resolved(document, schema)
        if "enum" not in target:
            return _Type(name, models=(name,))
        values = ", ".join(json.dumps(value, ensure_ascii=False) for value in target["enum"])
        return _Type(f"{name} | Literal[{values}]", f"{name}.of({{}})", (name,))
    if schema.get("format") == "password":
        return _Type("SecretStr | str")
    if schema.get("format") == "date-time":
        return _Type("datetime")
    kinds: list[str] = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = next(kind for kind in kinds if kind != "null")
    if kind == "array":
        inner = type_of(document, schema["items"])
        or_none = " | None" if "null" in schema["items"].get("type", ()) else ""
        return _Type(f"list[{inner.annotation.partition(' | ')[0]}{or_none}]", models=inner.models)
    return _Type(_PYTHON_TYPES[kind])


def _paging(document: Document, place: LocatedOperation, names: dict[str, str], attributes: Attributes) -> Document:
    paging: Document = place.operation["x-paging"]
    kinds: dict[str, Any] = {each["name"]: each["schema"].get("type") for each in place.operation["parameters"]}
    item = _class((result_field(document, place, paging["items"]) or {})["items"]["$ref"])
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
        "more": _path(document, place, paging.get("more", ""), attributes),
        "next": _path(document, place, paging.get("next", ""), attributes),
        "page": _path(document, place, paging.get("page", ""), attributes),
        "total": _path(document, place, paging.get("total", ""), attributes),
        "empty_page_is_last": paging.get("empty-page-is-last", False),
    }


def _path(document: Document, place: LocatedOperation, path: str, attributes: Attributes) -> str:
    """Translate a path of the vendor's names in the result to a path of attributes."""
    found: list[str] = []
    owner = next(body for status, body in _bodies(place) if str(status).startswith("2"))
    steps = path.split(".") if path else []
    for depth, name in enumerate(steps, 1):
        found.append(attributes[owner][name])
        owner = _class((result_field(document, place, ".".join(steps[:depth])) or {}).get("$ref", ""))
    return ".".join(found)


def _class(reference: str) -> str:
    return ClassName(reference.rpartition("/")[2], FIELD_PREFIX)
