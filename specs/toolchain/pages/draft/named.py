"""The named schemas that a draft refers to: one of the spec where it fits, a new one where none does."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from openapi_python_client.strings import ClassName
from ruamel.yaml.comments import CommentedMap

from toolchain.checks import FIELD_PREFIX
from toolchain.document import operations
from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.hints import add_hints
from toolchain.pages.draft.nodes import flow, reference
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.draft.schemas import camel_case, object_schema, set_aspects
from toolchain.pages.facts import above, name_of, parent_of
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec_facts import leaves_of_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolchain.pages.facts import Fact

_OUR_OWN: Final = frozenset({"schema", "example"})
"""What a schema that fits may have otherwise: its name is ours, and an example is of one place."""
_RENAMED: Final = "The page's name is none that a class can have, or another schema has it."


class Named:
    """The named schemas of a spec, for the draft of one operation."""

    def __init__(self, document: Any, operation: str, facts: Mapping[str, Fact]) -> None:
        """Begin.

        Args:
            document: The spec, which is edited in place.
            operation: The operation.
            facts: What its page states.
        """
        self._document, self._operation, self._facts = document, operation, facts
        self.schemas = document["components"]["schemas"]
        self._within: dict[str, dict[str, Fact]] = {}
        for place, fact in facts.items():
            for outer in (place, *above(place)) if place[:7] not in {"example", "status "} else ():
                self._within.setdefault(outer, {})[place] = fact

    def fits(self, place: str, name: str) -> bool:
        """Tell whether a schema says what the page says of a place, and of all in it; names don't count.

        Args:
            place: The place of the page.
            name: The schema.
        """
        facts = self._within.get(place, {})
        names = {name_of(where) for where in facts if parent_of(where) == place}
        # The proof says whether it may have more.
        if not names <= set(self.schemas[name].get("properties", ())):
            return False
        found = leaves_of_schema(self._document, self._operation, place, name)
        return not any(one.aspect not in _OUR_OWN for one in prove(facts, found))

    def body(self, status: str) -> str | None:
        """Return the schema of an error that the spec has and that fits, of the same status if one does.

        Args:
            status: The status; where the page doesn't say what its body is, any will do.
        """
        is_said = any(place.startswith(f"{status} ") for place in self._facts)
        known = sorted(self._bodies_of_errors(), key=lambda one: one[0] != status)
        names = dict.fromkeys(name for _, name in known if name in self.schemas)
        return next((name for name in names if not is_said or self.fits(status, name)), None)

    def _bodies_of_errors(self) -> Iterator[tuple[str, str]]:
        for place in operations(self._document):
            for status, response in place.operation["responses"].items():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if status.isdigit() and status >= "400" and "$ref" in schema:
                    yield status, str(schema["$ref"]).rpartition("/")[2]

    def schema_of(self, owner: str, name: str, place: str, aspects: dict[str, Any]) -> CommentedMap:
        """Return a new schema with the aspects of a fact; objects and enumerations get a named schema of their own.

        Args:
            owner: The schema that the new one is a property of.
            name: The name of the property.
            place: The place of the fact.
            aspects: What the page says.
        """
        schema = CommentedMap()
        if aspects.get("type") == "object":
            schema["$ref"] = reference(self._object(owner, name, place, aspects))
        elif aspects.get("enum") and aspects.get("type") == "string":
            schema["$ref"] = reference(self._enumeration(owner, name, aspects))
        else:
            schema["type"] = aspects.get("type", "string")
        schema["description"] = TO_WRITE
        set_aspects(schema, aspects)
        said = aspects.get("schema")
        taken = str(schema.get("$ref", "")).rpartition("/")[2]
        if said is not None and taken and said != taken:
            add_reading(schema, "schema", said, taken, _RENAMED)
        add_hints(schema, place, self._facts)
        return schema

    def _object(self, owner: str, name: str, place: str, aspects: dict[str, Any]) -> str:
        """Return the schema of an object: by the page's name or by its fields, if one fits; otherwise a new one."""
        said = aspects.get("schema")
        has_parts = len(self._within.get(place, ())) > 1
        candidates = [class_name(said)] if said else [one for one in self.schemas if has_parts]
        for known in candidates:
            if self.schemas.get(known, {}).get("type") == "object" and self.fits(place, known):
                return known
        names = [class_name(said)] if said else []
        taken = self._free([*names, class_name(f"{owner}{camel_case(name)}")])
        self.schemas[taken] = object_schema(aspects)
        return taken

    def _enumeration(self, owner: str, name: str, aspects: dict[str, Any]) -> str:
        for known, schema in self.schemas.items():
            if "x-reading" not in schema and sorted(schema.get("enum", ())) == sorted(aspects["enum"]):
                return str(known)
        taken = self._free([class_name(f"{owner}{camel_case(name)}")])
        self.schemas[taken] = CommentedMap(type="string", description=TO_WRITE, enum=flow(aspects["enum"]))
        return taken

    def _free(self, names: Iterable[str]) -> str:
        """Return the first name that no schema has: no schema takes another's place."""
        *others, last = names
        numbered = (f"{last}{number}" for number in itertools.count(2))
        return next(one for one in itertools.chain(others, [last], numbered) if one not in self.schemas)


def class_name(name: str) -> str:
    """Return the name of a schema that both generators make the same class name of."""
    return str(ClassName(name, FIELD_PREFIX))
