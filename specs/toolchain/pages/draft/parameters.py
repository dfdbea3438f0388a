"""Add parameters to a spec: arguments, constants, arrays, and authentication headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.nodes import flow
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.draft.schemas import camel_case, set_aspects

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolchain.pages.draft.named_schemas import NamedSchemas
    from toolchain.pages.facts import Fact

AUTHENTICATION: Final = frozenset({"authorization", "x-auth-token"})
"""Authentication headers in lower case; OpenAPI has security schemes for them, not parameters."""
_NO_VALUE: Final = "It doesn't have the type that the page states."


class Parameters:
    """Adds parameters to an operation."""

    def __init__(
        self,
        document: Any,
        operation: Any,
        named: NamedSchemas,
        elements: Callable[[CommentedMap, str, str, str], None],
    ) -> None:
        """Prepare the additions.

        Args:
            document: The spec; edited in place.
            operation: The operation in it.
            named: The named schemas.
            elements: A function that adds the elements of an array, given its schema, owner, name and place.
        """
        self._document, self._operation, self._named, self._elements = document, operation, named, elements
        self.left: list[str] = []

    def add(self, fact: Fact) -> None:
        """Add a parameter, including the elements of an array."""
        kind, name = fact.place.split(maxsplit=1)
        if "[]" in name:
            return
        if kind == "header" and name.lower() in AUTHENTICATION:
            self._add_scheme(name)
            return
        parameter = CommentedMap({"name": name, "in": kind})
        said = fact.aspects.get("required")
        parameter["required"] = kind == "path" or bool(said)
        parameter["description"] = TO_WRITE
        parameter["schema"] = schema = self._schema(fact, kind, name)
        if schema.get("type") == "array":
            self._set_array_style(parameter)
        example = fact.aspects.get("example")
        if example is not None and isinstance(example, str) == (schema.get("type") != "integer"):
            parameter["example"] = example
        elif example is not None:
            add_reading(parameter, "example", example, None, _NO_VALUE)
        if said is not parameter["required"]:
            add_reading(parameter, "required", said, taken=parameter["required"])
        self._operation.setdefault("parameters", CommentedSeq()).append(parameter)

    def _schema(self, fact: Fact, kind: str, name: str) -> CommentedMap:
        owner = camel_case(str(self._operation["operationId"]))
        values = fact.aspects.get("enum", ())
        if kind == "header" and len(values) == 1:
            # A header with one value is constant: it is sent, but isn't an argument.
            schema = CommentedMap(type="string", enum=flow(values), default=values[0])
            set_aspects(schema, {aspect: value for aspect, value in fact.aspects.items() if aspect != "default"})
        else:
            schema = self._named.schema_of(owner, name, fact.place, fact.aspects)
        for keyword in ("description", "examples"):
            schema.pop(keyword, None)
        if schema.get("type") == "array":
            self._elements(schema, owner, name, fact.place)
        return schema

    def _set_array_style(self, parameter: CommentedMap) -> None:
        """Set how an array is sent: an RPC action, which has no path, numbers the elements."""
        if self._operation.get("x-reading") and any(one["aspect"] == "path" for one in self._operation["x-reading"]):
            parameter["x-array"] = "numbered"
        else:
            parameter["style"], parameter["explode"] = "form", True

    def _add_scheme(self, name: str) -> None:
        """Make a header the security scheme of a spec without one."""
        schemes = self._document["components"].setdefault("securitySchemes", CommentedMap())
        if any(scheme.get("name", "").lower() == name.lower() for scheme in schemes.values()):
            return
        if self._document.get("security"):
            self.left.append(f"header {name}: it is an authentication header, but the spec has another security scheme")
            return
        schemes[name] = CommentedMap({"type": "apiKey", "in": "header", "name": name, "description": TO_WRITE})
        security = self._document.setdefault("security", CommentedSeq())
        security.append(CommentedMap({name: CommentedSeq()}))
