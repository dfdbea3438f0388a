"""What a draft adds to a spec: parameters, fields, statuses, error codes, with the named schemas that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from toolchain.document import operations
from toolchain.pages.draft.schemas import (
    TO_WRITE,
    add_reading,
    camel_case,
    object_schema,
    own,
    reference,
    schema_of,
)
from toolchain.pages.facts import name_of, parent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf

_AUTHORIZATION: Final = ("action", "access-level", "resources", "condition-keys")


class Additions:
    """What is new on a page, put into a spec."""

    def __init__(self, document: Any, operation: Any, leaves: Mapping[str, Leaf], facts: Mapping[str, Fact]) -> None:
        """Begin.

        Args:
            document: The spec, which is edited in place.
            operation: The operation in it.
            leaves: The facts of the spec as it was.
            facts: The facts of the newer page.
        """
        self._document, self._operation, self._leaves, self._facts = document, operation, leaves, facts
        self.left: list[str] = []
        self._bodies: dict[str, str] = {}
        self._parts: dict[str, list[Fact]] = {}
        for fact in facts.values():
            self._parts.setdefault(parent_of(fact.place), []).append(fact)

    def add(self, fact: Fact) -> None:
        """Add what a fact tells of, or say that it is left."""
        kind = fact.place.split(maxsplit=1)[0]
        adders: dict[str, Callable[[Fact], None]] = {
            "query": self._add_parameter,
            "path": self._add_parameter,
            "status": self._add_status,
            "error": self._add_error,
            "example": self._add_example,
            "permission": self._add_permission,
        }
        if kind in adders:
            adders[kind](fact)
        elif kind.isdigit():
            self._add_field(fact)
        else:
            self.left.append(f"{fact.place}: decide whether it is authentication, constant, or an argument")

    def _add_parameter(self, fact: Fact) -> None:
        kind, name = fact.place.split(maxsplit=1)
        schema = schema_of(self._document["components"]["schemas"], self._name(), name, fact.aspects)
        for keyword in ("description", "examples"):
            schema.pop(keyword, None)
        parameter = CommentedMap({"name": name, "in": kind})
        said = fact.aspects.get("required")
        parameter["required"] = kind == "path" or bool(said)
        parameter["description"] = TO_WRITE
        parameter["schema"] = schema
        if "example" in fact.aspects and isinstance(fact.aspects["example"], str) == (schema.get("type") != "integer"):
            parameter["example"] = fact.aspects["example"]
        if said is not parameter["required"]:
            add_reading(parameter, "required", said, taken=parameter["required"])
        self._operation.setdefault("parameters", CommentedSeq()).append(parameter)

    def _name(self) -> str:
        return camel_case(str(self._operation["operationId"]))

    def _add_field(self, fact: Fact) -> None:
        """Add a field to the schema of its object, and then all that is in it."""
        if fact.place.endswith("[]"):
            # The elements of an array come with it.
            return
        schemas = self._document["components"]["schemas"]
        owner = self._schema_at(parent_of(fact.place))
        if owner is None:
            self.left.append(f"{fact.place}: the spec has no schema that it is a part of")
            return
        name = name_of(fact.place)
        properties = own(self._document, f"#/components/schemas/{owner}").setdefault("properties", CommentedMap())
        if name not in properties:
            properties[name] = schema_of(schemas, owner, name, fact.aspects)
            self._add_items(properties[name], owner, name, fact.place)
        for inner in (*self._parts.get(fact.place, ()), *self._parts.get(f"{fact.place}[]", ())):
            self._add_field(inner)

    def _add_items(self, array: CommentedMap, owner: str, name: str, place: str) -> None:
        items = self._facts.get(f"{place}[]")
        if items is not None:
            array["items"] = schema_of(self._document["components"]["schemas"], owner, name, items.aspects)
            array["items"].pop("description", None)

    def _schema_at(self, place: str) -> str | None:
        """Return the name of the schema that an object has, be it old or of this draft."""
        leaf = self._leaves.get(place)
        if leaf is not None and leaf.schema is not None:
            return leaf.schema
        if place in self._bodies:
            return self._bodies[place]
        above = self._schema_at(parent_of(place.removesuffix("[]"))) if " " in place else None
        if above is None:
            return None
        part = self._document["components"]["schemas"][above]["properties"].get(name_of(place))
        part = part.get("items", part) if part is not None else {}
        return str(part["$ref"]).rpartition("/")[2] if "$ref" in part else None

    def _add_status(self, fact: Fact) -> None:
        """Add a status with the body of other errors, or with one of its own where the page gives one."""
        status = fact.place.split()[1]
        responses = self._operation["responses"]
        schema = self._known_body(status) or self._new_body(status)
        content = CommentedMap({"application/json": CommentedMap(schema=CommentedMap({"$ref": reference(schema)}))})
        later = [index for index, known in enumerate(responses) if not known.isdigit() or known > status]
        response = CommentedMap(description=TO_WRITE, content=content)
        responses.insert(later[0] if later else len(responses), DoubleQuotedScalarString(status), response)

    def _known_body(self, status: str) -> str | None:
        """Return the schema of the errors of this spec that have the same fields; any, where the page gives none."""
        fields = {name_of(part.place) for part in self._parts.get(status, ())}
        schemas = self._document["components"]["schemas"]
        for place in operations(self._document) if status >= "400" else ():
            for other, response in place.operation["responses"].items():
                name = _schema_of_response(response)
                if other.isdigit() and other >= "400" and name in schemas:
                    properties = set(schemas[name].get("properties", ()))
                    if not fields or properties == fields:
                        return name
        return None

    def _new_body(self, status: str) -> str:
        """Make the schema of a body; a person must say where that of a page without one comes from."""
        schemas = self._document["components"]["schemas"]
        fields = self._parts.get(status, ())
        name = "ErrorBody" if status >= "400" else f"{self._name()}Response"
        if name in schemas:
            name = f"{self._name()}{status}Body"
        body = self._facts.get(status)
        schemas[name] = object_schema(body.aspects if body is not None else {})
        self._bodies[status] = name
        for field in fields:
            self._add_field(field)
        if not fields:
            add_reading(schemas[name], "presence", None, taken="present")
        return name

    def _add_error(self, fact: Fact) -> None:
        _, status, code = fact.place.split(maxsplit=2)
        entry = CommentedMap(code=code, message=fact.aspects.get("message") or TO_WRITE)
        response = self._operation["responses"][status]
        codes = response.setdefault("x-error-codes", CommentedSeq())
        if all(known["code"] != code for known in codes):
            codes.append(entry)

    def _add_example(self, fact: Fact) -> None:
        content = self._operation["responses"][fact.place.split()[1]]["content"]["application/json"]
        example = CommentedMap(summary="The example of the page.", value=fact.aspects["example"])
        content.setdefault("examples", CommentedMap())["page"] = example

    def _add_permission(self, fact: Fact) -> None:
        self._operation["x-authorization"] = CommentedMap((name, fact.aspects[name]) for name in _AUTHORIZATION)


def _schema_of_response(response: Any) -> str:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]
