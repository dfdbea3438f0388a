"""Add parameters, fields, statuses and error codes to a spec, with the named schemas that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.named_schemas import NamedSchemas
from toolchain.pages.draft.nodes import reference, unshared
from toolchain.pages.draft.parameters import Parameters
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.draft.schemas import camel_case, object_schema
from toolchain.pages.facts import name_of, parent_of
from toolchain.pages.prove.proof import PRESENT
from toolchain.pages.prove.spec_facts import leaves_of_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf

_AUTHORIZATION: Final = ("action", "access-level", "resources", "condition-keys")


class Additions:
    """Adds new facts of a page to a spec."""

    def __init__(self, document: Any, operation: Any, leaves: Mapping[str, Leaf], facts: Mapping[str, Fact]) -> None:
        """Prepare the additions.

        Args:
            document: The spec; edited in place.
            operation: The operation in it.
            leaves: The leaves of the unedited spec.
            facts: The facts of the newer page.
        """
        self._document, self._operation, self._leaves, self._facts = document, operation, leaves, facts
        self.named = NamedSchemas(document, str(operation["operationId"]), facts)
        self._bodies: dict[str, str] = {}
        self._parts: dict[str, list[Fact]] = {}
        for fact in facts.values():
            self._parts.setdefault(parent_of(fact.place), []).append(fact)
        self._parameters = Parameters(document, operation, self.named, self._add_elements)
        self.left = self._parameters.left

    def add(self, fact: Fact) -> None:
        """Add a fact, or note that no rule can."""
        kind = fact.place.split(maxsplit=1)[0]
        adders: dict[str, Callable[[Fact], None]] = {
            "query": self._parameters.add,
            "path": self._parameters.add,
            "header": self._parameters.add,
            "status": self._add_status,
            "response-header": self._add_header,
            "error": self._add_error,
            "example": self._add_example,
            "permission": self._add_permission,
        }
        if kind in adders:
            adders[kind](fact)
        elif fact.place == "body":
            self._add_request(fact)
        elif kind == "body" or kind.isdigit():
            self._add_field(fact)
        else:
            self.left.append(f"{fact.place}: no rule can add it")

    def _name(self) -> str:
        return camel_case(str(self._operation["operationId"]))

    def _add_request(self, fact: Fact) -> None:
        """Add the body of the request; its fields follow."""
        name = self._new_schema(f"{self._name()}Request", fact.aspects)
        self._bodies["body"] = name
        content = CommentedMap({"application/json": CommentedMap(schema=CommentedMap({"$ref": reference(name)}))})
        at = list(self._operation).index("responses")
        self._operation.insert(at, "requestBody", CommentedMap(required=True, content=content))
        for field in self._parts.get("body", ()):
            if not field.place.startswith("example "):
                self._add_field(field)
        self._add_example_of("body")

    def _new_schema(self, name: str, aspects: dict[str, Any]) -> str:
        taken = name if name not in self.named.schemas else f"{name}Body"
        self.named.schemas[taken] = object_schema(aspects)
        return taken

    def _add_field(self, fact: Fact) -> None:
        """Add a field to the schema of its object, then its parts."""
        if fact.place.endswith("[]"):
            # The array adds its elements.
            return
        owner = self._schema_at(parent_of(fact.place))
        if owner is None:
            self.left.append(f"{fact.place}: the spec has no schema for the object around it")
            return
        name = name_of(fact.place)
        properties = unshared(self._document, f"#/components/schemas/{owner}").setdefault("properties", CommentedMap())
        if name not in properties:
            known = set(self.named.schemas)
            properties[name] = self.named.schema_of(owner, name, fact.place, fact.aspects)
            self._add_items(properties[name], owner, name, fact.place)
            self._add_parts(fact.place, set(self.named.schemas) - known)

    def _add_parts(self, place: str, new: set[str]) -> None:
        """Add the fields of an object if its schema is new."""
        for inner in (*self._parts.get(place, ()), *self._parts.get(f"{place}[]", ())):
            if self._schema_at(parent_of(inner.place)) in new:
                self._add_field(inner)

    def _add_elements(self, array: CommentedMap, owner: str, name: str, place: str) -> None:
        """Add the schema of an array parameter's elements."""
        known = set(self.named.schemas)
        self._add_items(array, owner, name, place)
        if "$ref" in array.get("items", ()):
            self._bodies[f"{place}[]"] = str(array["items"]["$ref"]).rpartition("/")[2]
            self._add_parts(place, set(self.named.schemas) - known)

    def _add_items(self, array: CommentedMap, owner: str, name: str, place: str) -> None:
        items = self._facts.get(f"{place}[]")
        if items is not None:
            array["items"] = self.named.schema_of(owner, name, items.place, items.aspects)
            array["items"].pop("description", None)

    def _schema_at(self, place: str) -> str | None:
        """Return the name of an object's schema, old or new."""
        leaf = self._leaves.get(place)
        if leaf is not None and leaf.schema is not None:
            return leaf.schema
        if place in self._bodies:
            return self._bodies[place]
        above = self._schema_at(parent_of(place.removesuffix("[]"))) if " " in place else None
        if above is None:
            return None
        part = self.named.schemas[above]["properties"].get(name_of(place))
        part = part.get("items", part) if part is not None else {}
        return str(part["$ref"]).rpartition("/")[2] if "$ref" in part else None

    def _add_status(self, fact: Fact) -> None:
        """Add a status, with its own body if the page describes one, otherwise with that of other errors."""
        status = fact.place.split()[1]
        responses = self._operation["responses"]
        response = CommentedMap(description=TO_WRITE)
        later = [index for index, known in enumerate(responses) if not known.isdigit() or known > status]
        responses.insert(later[0] if later else len(responses), DoubleQuotedScalarString(status), response)
        if status < "400" and not {status, f"example {status}"} & set(self._facts) and not self._parts_of(status):
            return
        known = self.named.body(status) if status >= "400" else None
        schema = CommentedMap({"$ref": reference(known or self._new_body(status))})
        response["content"] = CommentedMap({"application/json": CommentedMap(schema=schema)})
        if known and not self._parts_of(status) and not self._is_covered(status, known):
            add_reading(schema, "presence", None, PRESENT)
        self._add_example_of(status)

    def _parts_of(self, status: str) -> list[Fact]:
        return [part for part in self._parts.get(status, ()) if part.place.startswith(f"{status} ")]

    def _is_covered(self, status: str, name: str) -> bool:
        """Return whether a reading at the schema states that the page lacks it."""
        leaf = leaves_of_schema(self._document, str(self._operation["operationId"]), status, name)[status]
        return any(reading.aspect == "presence" for reading in leaf.readings)

    def _new_body(self, status: str) -> str:
        """Add the schema of a body; if the page has none, a reading needs a person's reason."""
        name = "ErrorBody" if status >= "400" else f"{self._name()}Response"
        if name in self.named.schemas:
            name = f"{self._name()}{status}Body"
        body = self._facts.get(status)
        self.named.schemas[name] = object_schema(body.aspects if body is not None else {})
        self._bodies[status] = name
        fields = self._parts_of(status)
        for field in fields:
            self._add_field(field)
        if not fields:
            add_reading(self.named.schemas[name], "presence", None, taken=PRESENT)
        return name

    def _add_header(self, fact: Fact) -> None:
        _, status, name = fact.place.split(maxsplit=2)
        schema = self.named.schema_of(self._name(), name, fact.place, fact.aspects)
        schema.pop("description")
        headers = self._operation["responses"][status].setdefault("headers", CommentedMap())
        headers[name] = CommentedMap(description=TO_WRITE, schema=schema)

    def _add_error(self, fact: Fact) -> None:
        _, status, code = fact.place.split(maxsplit=2)
        entry = CommentedMap(code=code, message=fact.aspects.get("message") or TO_WRITE)
        response = self._operation["responses"][status]
        codes = response.setdefault("x-error-codes", CommentedSeq())
        if all(known["code"] != code for known in codes):
            codes.append(entry)

    def _add_example_of(self, of: str) -> None:
        """Add the example of a new body: a report names the body or its status alone."""
        if f"example {of}" in self._facts:
            self._add_example(self._facts[f"example {of}"])

    def _add_example(self, fact: Fact) -> None:
        of = fact.place.split()[1]
        holder = self._operation.get("requestBody") if of == "body" else self._operation["responses"][of]
        if holder is None or "content" not in holder:
            self.left.append(f"{fact.place}: the page shows an example of the body, but no table of its fields")
            return
        example = CommentedMap(summary="The example on the page.", value=fact.aspects["example"])
        holder["content"]["application/json"].setdefault("examples", CommentedMap())["page"] = example

    def _add_permission(self, fact: Fact) -> None:
        self._operation["x-authorization"] = CommentedMap((name, fact.aspects[name]) for name in _AUTHORIZATION)
