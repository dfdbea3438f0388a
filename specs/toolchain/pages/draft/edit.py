"""A draft of the edit that a newer page asks for: the spec as the page has it now, for a person to complete.

Names, types, numbers and values are taken over. Descriptions are a person's to write, and so a draft says. What rules
can't decide is left alone and said: which headers are authentication, and what several responses share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from toolchain.document import at_pointer, tokens_of
from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.additions import Additions
from toolchain.pages.draft.marks import marked
from toolchain.pages.draft.nodes import own, put, references, revise
from toolchain.pages.draft.readings import operations_with, settle_reading, split_reading
from toolchain.pages.draft.removals import PARAMETERS, move, remove, rename, turn
from toolchain.pages.draft.schemas import set_aspect, set_values
from toolchain.pages.draft.writing import editable, text_of, written
from toolchain.pages.facts import name_of, same
from toolchain.pages.prove.places import as_read

if TYPE_CHECKING:
    from toolchain.pages.change.changes import Change
    from toolchain.pages.change.report import Report
    from toolchain.pages.draft.origin import Origin
    from toolchain.pages.facts import PageFacts
    from toolchain.pages.prove.leaf import Leaf
    from toolchain.pages.prove.spec import Spec


def draft(spec: Spec, operation: str, report: Report, page: PageFacts, origin: Origin | None) -> list[str]:
    """Edit a spec as a newer page asks for, in its file; return what is left to a person, a sentence each.

    Args:
        spec: The spec.
        operation: The operation.
        report: What the page changes.
        page: The newer page.
        origin: Where the page is; None where only its facts are known.
    """
    before = text_of(spec.file)
    edit = _Edit(spec, editable(before), operation, report, page)
    used = set(references(edit.document))
    # What may stand in lines that can't be read stays, with a mark, for a person to decide.
    unsure = {one: item.change.place for item in report.items for one in item.unread}
    for change in sorted((item.change for item in report.items if not item.unread), key=turn):
        edit.apply(change)
    edit.date(origin)
    schemas = edit.document["components"]["schemas"]
    for name in (used - set(references(edit.document))) & set(schemas):
        del schemas[name]
    after = marked(written(before, edit.document), operation, page, {one: unsure.get(one) for one in report.unread})
    spec.file.write_bytes(after.encode("utf-8"))
    return edit.everything_left()


class _Edit:
    """One draft in the making."""

    def __init__(self, spec: Spec, document: Any, operation: str, report: Report, page: PageFacts) -> None:
        self.document, self._unedited = document, spec.document
        self.left: list[str] = []
        self._leaves = spec.leaves(operation)
        self._others = [name for name in spec.operations() if name != operation]
        self._elsewhere = [leaf for name in self._others for leaf in spec.leaves(name).values()]
        self._split: set[str] = set()
        self._facts = as_read(page.by_place(), self._leaves).facts
        self._operation = own(self.document, self._leaves["operation"].pointer)
        self._changes = [item.change for item in report.items]
        self._additions = Additions(self.document, self._operation, self._leaves, self._facts)

    def apply(self, change: Change) -> None:
        """Take one change over, or say that it is left."""
        kind = change.place.split(maxsplit=1)[0]
        leaf = self._leaves.get(change.place)
        if kind == "server":
            self._settle_servers(change)
        elif leaf is not None and change.kind != "removed" and self._settled(leaf, change):
            return
        elif change.kind == "added" and leaf is None:
            self._additions.add(self._facts[change.place])
        elif leaf is None:
            self.left.append(f"{change.place}: the spec has nothing of it")
        elif leaf.pointer.startswith("#/components/securitySchemes/"):
            self.left.append(f"{change.place}: it is authentication in the spec: decide what its {change.aspect} means")
        elif self._is_shared(leaf, change):
            self.left.append(f"{change.place}: {leaf.pointer} is shared with what didn't change: split it")
        elif change.kind == "removed":
            self.left += remove(self.document, self._operation, leaf)
        elif change.kind == "renamed":
            rename(self.document, leaf, change.after)
        else:
            self._change(kind, leaf, change)

    def everything_left(self) -> list[str]:
        """Return what is left to a person."""
        return [*self.left, *self._additions.left]

    def date(self, origin: Origin | None) -> None:
        """Say of which page the spec is a transcription now."""
        page = self._operation.get("x-page")
        if page is not None and origin is not None:
            put(page, "capture", origin.capture)
            put(page, "url", origin.url or page.get("url"))
            if "url" not in page:
                self.left.append("the page doesn't say where it is: give its address with --url")
        for place, aspect in (("title", "title"), ("page", "updated")):
            if page is not None and place in self._facts:
                put(page, aspect, self._facts[place].aspects.get(aspect))

    def _settled(self, leaf: Leaf, change: Change) -> bool:
        """Bring the reading of an aspect up to date, if the leaf has one."""
        reading = next((one for one in leaf.readings if one.aspect == change.aspect), None)
        if reading is None:
            return False
        after = "present" if change.aspect == "presence" else change.after
        holder, _, _ = reading.pointer.rpartition("/x-reading/")
        aspect = at_pointer(self._unedited, reading.pointer)["aspect"]
        of = reading.operation
        if of is None and (others := operations_with(self._unedited, reading, self._others)):
            of = str(self._operation["operationId"])
            if reading.pointer not in self._split:
                split_reading(self.document, reading, [of, *others])
                self._split.add(reading.pointer)
        differs = not same(reading.taken, after)
        settle_reading(own(self.document, holder), aspect, after, differs=differs, operation=of)
        return True

    def _settle_servers(self, change: Change) -> None:
        host = None if change.aspect == "presence" and change.kind == "removed" else change.after
        host = host.get("host") if isinstance(host, dict) else host
        for place, leaf in self._leaves.items():
            if place.startswith("server ") and leaf.readings:
                self._settled(leaf, attrs.evolve(change, aspect="host", after=host))

    def _is_shared(self, leaf: Leaf, change: Change) -> bool:
        """Tell whether other places, which didn't change alike, have the same part of the spec."""
        pointer = leaf.pointer_of(change.aspect)
        alike = {one.place for one in self._changes if (one.kind, one.aspect) == (change.kind, change.aspect)}
        others = {other.place for other in self._leaves.values() if other.pointer_of(change.aspect) == pointer}
        elsewhere = any(other.pointer_of(change.aspect) == pointer for other in self._elsewhere)
        return elsewhere or not others <= alike

    def _change(self, kind: str, leaf: Leaf, change: Change) -> None:
        aspect, after = change.aspect, change.after
        if kind in {"operation", "permission", "error", "example"}:
            self._change_operation(kind, leaf, change)
        elif aspect == "schema":
            self.left.append(f"{change.place}: its schema is {after} on the page now")
        elif aspect == "required":
            self._require(kind, leaf, after)
        elif aspect == "enum" and "enum" in leaf.pointers:
            set_values(own(self.document, leaf.pointers["enum"].rpartition("/")[0]), after)
        elif kind in PARAMETERS and aspect in {"example", "deprecated"}:
            put(own(self.document, leaf.pointer), aspect, after)
        else:
            self._change_schema(kind, leaf, change)

    def _change_schema(self, kind: str, leaf: Leaf, change: Change) -> None:
        holder, key = self._holder(leaf, kind)
        schema = holder[key]
        if change.aspect == "enum":
            aspects, named = self._facts[change.place].aspects, self._additions.named
            new = named.schema_of(self._owner(leaf), name_of(change.place), change.place, aspects)
            new["description"] = schema.get("description", TO_WRITE)
            holder[key] = new
        elif change.aspect == "type" and change.after in {"array", "object"}:
            self.left.append(f"{change.place}: it is an {change.after} now")
        else:
            set_aspect(schema, change.aspect, change.after)

    def _owner(self, leaf: Leaf) -> str:
        """Return what the name of a new schema begins with: the schema that a leaf is a part of, or the operation."""
        kind, _, name, *_ = tokens_of(leaf.pointer)
        return name if kind == "components" else str(self._operation["operationId"])

    def _holder(self, leaf: Leaf, kind: str) -> tuple[Any, str]:
        """Return what holds the schema of a leaf, and under which key."""
        if kind in PARAMETERS:
            return own(self.document, leaf.pointer), "schema"
        above, _, key = leaf.pointer.rpartition("/")
        own(self.document, leaf.pointer)
        return own(self.document, above), tokens_of(f"#/{key}")[0]

    def _change_operation(self, kind: str, leaf: Leaf, change: Change) -> None:
        if kind == "operation" and change.aspect == "path":
            move(self.document, self._leaves["operation"], change.after)
        elif kind == "permission":
            revise(own(self.document, leaf.pointer), change.aspect, change.after)
        elif kind == "error":
            own(self.document, leaf.pointer)["message"] = change.after or TO_WRITE
        elif kind == "example":
            revise(own(self.document, leaf.pointer), "value", change.after)
        else:
            self.left.append(f"{change.place}: {change.aspect} is {change.after} now")

    def _require(self, kind: str, leaf: Leaf, after: Any) -> None:
        if kind in PARAMETERS:
            own(self.document, leaf.pointer)["required"] = bool(after)
        else:
            above = leaf.pointers.get("required", leaf.pointers.get("schema", leaf.pointer) + "/required")
            put(own(self.document, above.rpartition("/")[0]), "required", after)
