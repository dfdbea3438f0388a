"""What a draft adds to a spec: parameters, fields, statuses, error codes, with the named schemas that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from toolchain.pages.draft_schemas import TO_WRITE, add_reading, own, reference, schema_of
from toolchain.pages.facts import name_of, parent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.spec_facts import Leaf

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
        parameter["required"] = bool(fact.aspects.get("required"))
        parameter["description"] = TO_WRITE
        parameter["schema"] = schema
        if "example" in fact.aspects and isinstance(fact.aspects["example"], str) == (schema.get("type") != "integer"):
            parameter["example"] = fact.aspects["example"]
        if "required" not in fact.aspects:
            add_reading(parameter, "required", None, taken=False)
        self._operation.setdefault("parameters", CommentedSeq()).append(parameter)

    def _name(self) -> str:
        return str(self._operation["operationId"])

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
        properties[name] = schema_of(schemas, owner, name, fact.aspects)
        items = self._facts.get(f"{fact.place}[]")
        if items is not None:
            properties[name]["items"] = schema_of(schemas, owner, name, items.aspects)
            properties[name]["items"].pop("description", None)
        for inner in (*self._parts.get(fact.place, ()), *self._parts.get(f"{fact.place}[]", ())):
            self._add_field(inner)

    def _schema_at(self, place: str) -> str | None:
        """Return the name of the schema that an object has, be it old or of this draft."""
        leaf = self._leaves.get(place)
        if leaf is not None and leaf.schema is not None:
            return leaf.schema
        above = self._schema_at(parent_of(place.removesuffix("[]"))) if " " in place else None
        if above is None:
            return None
        part = self._document["components"]["schemas"][above]["properties"].get(name_of(place))
        part = part.get("items", part) if part is not None else {}
        return str(part["$ref"]).rpartition("/")[2] if "$ref" in part else None

    def _add_status(self, fact: Fact) -> None:
        """Add a status with the body of the other errors, or with one of its own where the page gives one."""
        status = fact.place.split()[1]
        responses = self._operation["responses"]
        schema = self._body_of(status)
        content = CommentedMap({"application/json": CommentedMap(schema=CommentedMap({"$ref": reference(schema)}))})
        later = [index for index, known in enumerate(responses) if not known.isdigit() or known > status]
        response = CommentedMap(description=TO_WRITE, content=content)
        responses.insert(later[0] if later else len(responses), DoubleQuotedScalarString(status), response)

    def _body_of(self, status: str) -> str:
        fields = {place.split(maxsplit=1)[1] for place in self._facts if place.startswith(f"{status} ")}
        bodies: dict[str, set[str]] = {}
        for place in self._leaves:
            root, _, name = place.partition(" ")
            if root.isdigit() and root >= "400" and name:
                bodies.setdefault(root, set()).add(name)
        for root, names in bodies.items():
            schema = self._leaves[root].schema
            if schema is not None and (not fields or names == fields):
                return schema
        name = f"Error{status}Body"
        schemas = self._document["components"]["schemas"]
        schemas[name] = CommentedMap(type="object", description=TO_WRITE, properties=CommentedMap())
        for field in sorted(fields):
            aspects = self._facts[f"{status} {field}"].aspects
            schemas[name]["properties"][field] = schema_of(schemas, name, field, aspects)
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
