"""Choose the named schemas of a draft: an existing one if it fits, otherwise a new one."""

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
from toolchain.pages.facts import enclosing_places, name_of, parent_of
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec_facts import leaves_of_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolchain.pages.facts import Fact

_IGNORED: Final = frozenset({"schema", "example"})
"""Aspects in which a fitting schema may differ: its name, and its example."""
_RENAMED: Final = "The name on the page isn't valid for a class, or belongs to another schema."


class NamedSchemas:
    """The named schemas of a spec, for the draft of one operation."""

    def __init__(self, document: Any, operation: str, facts: Mapping[str, Fact]) -> None:
        """Index the facts.

        Args:
            document: The spec; edited in place.
            operation: The operation.
            facts: The facts of its page.
        """
        self._document, self._operation, self._facts = document, operation, facts
        self.schemas = document["components"]["schemas"]
        self._within: dict[str, dict[str, Fact]] = {}
        for place, fact in facts.items():
            for outer in (place, *enclosing_places(place)) if place[:7] not in {"example", "status "} else ():
                self._within.setdefault(outer, {})[place] = fact

    def fits(self, place: str, name: str) -> bool:
        """Return whether a schema states what the page states of a place and its parts; names don't count.

        Args:
            place: The place.
            name: The schema.
        """
        facts = self._within.get(place, {})
        names = {name_of(where) for where in facts if parent_of(where) == place}
        # The proof decides whether it may have more.
        if not names <= set(self.schemas[name].get("properties", ())):
            return False
        found = leaves_of_schema(self._document, self._operation, place, name)
        return not any(one.aspect not in _IGNORED for one in prove(facts, found))

    def body(self, status: str) -> str | None:
        """Return an existing error schema that fits, preferably of the same status.

        Args:
            status: The status; any schema fits if the page doesn't describe the body.
        """
        is_described = any(place.startswith(f"{status} ") for place in self._facts)
        known = sorted(self._bodies_of_errors(), key=lambda one: one[0] != status)
        names = dict.fromkeys(name for _, name in known if name in self.schemas)
        return next((name for name in names if not is_described or self.fits(status, name)), None)

    def _bodies_of_errors(self) -> Iterator[tuple[str, str]]:
        for place in operations(self._document):
            for status, response in place.operation["responses"].items():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if status.isdigit() and status >= "400" and "$ref" in schema:
                    yield status, str(schema["$ref"]).rpartition("/")[2]

    def schema_of(self, owner: str, name: str, place: str, aspects: dict[str, Any]) -> CommentedMap:
        """Return a new schema with the aspects of a fact; objects and enumerations get named schemas.

        Args:
            owner: The schema that the new one is a property of.
            name: The name of the property.
            place: The place of the fact.
            aspects: The aspects of the fact.
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
        """Return an object schema that fits, by the name on the page or by its fields; otherwise a new one."""
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
        """Return the first name that no schema has yet."""
        *others, last = names
        numbered = (f"{last}{number}" for number in itertools.count(2))
        return next(one for one in itertools.chain(others, [last], numbered) if one not in self.schemas)


def class_name(name: str) -> str:
    """Return a schema name that both generators turn into the same class name."""
    return str(ClassName(name, FIELD_PREFIX))
