"""Edit a spec as a newer page requires, for a person to complete.

Names, types, numbers and values come from the page; descriptions are marked for a person to write. Changes that no rule
can decide are listed instead: headers that are authentication, and parts that several responses share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from toolchain.document import at_pointer, tokens_of
from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.additions import Additions
from toolchain.pages.draft.marks import marked
from toolchain.pages.draft.nodes import put, references, revise, unshared
from toolchain.pages.draft.readings import operations_with, settle_reading, split_reading
from toolchain.pages.draft.removals import PARAMETERS, edit_order, move, remove, rename
from toolchain.pages.draft.schemas import set_aspect, set_values
from toolchain.pages.draft.writing import editable, text_of, written
from toolchain.pages.facts import is_same_value, name_of
from toolchain.pages.prove.places import move_facts

if TYPE_CHECKING:
    from toolchain.pages.change.changes import Change
    from toolchain.pages.change.report import Report
    from toolchain.pages.draft.origin import Origin
    from toolchain.pages.facts import PageFacts
    from toolchain.pages.prove.leaf import Leaf
    from toolchain.pages.prove.spec import Spec


def draft(spec: Spec, operation: str, report: Report, page: PageFacts, origin: Origin | None) -> list[str]:
    """Edit the file of a spec as a newer page requires; return what is left to do, a sentence each.

    Args:
        spec: The spec.
        operation: The operation.
        report: The changes.
        page: The newer page.
        origin: The address of the page; None if only its facts are known.
    """
    before = text_of(spec.file)
    edit = _Edit(spec, editable(before), operation, report, page)
    used = set(references(edit.document))
    # Facts that unread lines may still have stay, with a mark for a person to settle.
    unsure = {one: item.change.place for item in report.items for one in item.unread}
    for change in sorted((item.change for item in report.items if not item.unread), key=edit_order):
        edit.apply(change)
    edit.set_page(origin)
    schemas = edit.document["components"]["schemas"]
    for name in (used - set(references(edit.document))) & set(schemas):
        del schemas[name]
    after = marked(written(before, edit.document), operation, page, {one: unsure.get(one) for one in report.unread})
    spec.file.write_bytes(after.encode("utf-8"))
    return edit.to_do()


class _Edit:
    """An edit in progress."""

    def __init__(self, spec: Spec, document: Any, operation: str, report: Report, page: PageFacts) -> None:
        self.document, self._unedited = document, spec.document
        self.left: list[str] = []
        self._leaves = spec.leaves(operation)
        self._others = [name for name in spec.operations() if name != operation]
        self._elsewhere = [leaf for name in self._others for leaf in spec.leaves(name).values()]
        self._split: set[str] = set()
        self._facts = move_facts(page.by_place(), self._leaves).facts
        self._operation = unshared(self.document, self._leaves["operation"].pointer)
        self._changes = [item.change for item in report.items]
        self._additions = Additions(self.document, self._operation, self._leaves, self._facts)

    def apply(self, change: Change) -> None:
        """Apply a change, or note that it is left to do."""
        kind = change.place.split(maxsplit=1)[0]
        leaf = self._leaves.get(change.place)
        if kind == "server":
            self._settle_servers(change)
        elif leaf is not None and change.kind != "removed" and self._update_reading(leaf, change):
            return
        elif change.kind == "added" and leaf is None:
            self._additions.add(self._facts[change.place])
        elif leaf is None:
            self.left.append(f"{change.place}: missing in the spec")
        elif leaf.pointer.startswith("#/components/securitySchemes/"):
            self.left.append(f"{change.place}: it is authentication in the spec: decide what its {change.aspect} means")
        elif self._is_shared(leaf, change):
            self.left.append(f"{change.place}: {leaf.pointer} is shared with parts that didn't change: split it")
        elif change.kind == "removed":
            self.left += remove(self.document, self._operation, leaf)
        elif change.kind == "renamed":
            rename(self.document, leaf, change.after)
        else:
            self._change(kind, leaf, change)

    def to_do(self) -> list[str]:
        """Return what is left to do."""
        return [*self.left, *self._additions.left]

    def set_page(self, origin: Origin | None) -> None:
        """Update title, date, capture and address of the page in the spec."""
        page = self._operation.get("x-page")
        if page is not None and origin is not None:
            put(page, "capture", origin.capture)
            put(page, "url", origin.url or page.get("url"))
            if "url" not in page:
                self.left.append("give the page's address with --url; the page doesn't state it")
        for place, aspect in (("title", "title"), ("page", "updated")):
            if page is not None and place in self._facts:
                put(page, aspect, self._facts[place].aspects.get(aspect))

    def _update_reading(self, leaf: Leaf, change: Change) -> bool:
        """Update the reading of an aspect; return whether the leaf has one."""
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
        differs = not is_same_value(reading.taken, after)
        settle_reading(unshared(self.document, holder), aspect, after, differs=differs, operation=of)
        return True

    def _settle_servers(self, change: Change) -> None:
        host = None if change.aspect == "presence" and change.kind == "removed" else change.after
        host = host.get("host") if isinstance(host, dict) else host
        for place, leaf in self._leaves.items():
            if place.startswith("server ") and leaf.readings:
                self._update_reading(leaf, attrs.evolve(change, aspect="host", after=host))

    def _is_shared(self, leaf: Leaf, change: Change) -> bool:
        """Return whether places without the same change share this part of the spec."""
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
            self.left.append(f"{change.place}: the page now names its schema {after}")
        elif aspect == "required":
            self._require(kind, leaf, after)
        elif aspect == "enum" and "enum" in leaf.pointers:
            set_values(unshared(self.document, leaf.pointers["enum"].rpartition("/")[0]), after)
        elif kind in PARAMETERS and aspect in {"example", "deprecated"}:
            put(unshared(self.document, leaf.pointer), aspect, after)
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
            self.left.append(f"{change.place}: it is now an {change.after}")
        else:
            set_aspect(schema, change.aspect, change.after)

    def _owner(self, leaf: Leaf) -> str:
        """Return the prefix of a new schema's name: the schema around a leaf, or the operation."""
        kind, _, name, *_ = tokens_of(leaf.pointer)
        return name if kind == "components" else str(self._operation["operationId"])

    def _holder(self, leaf: Leaf, kind: str) -> tuple[Any, str]:
        """Return the node that holds the schema of a leaf, and its key."""
        if kind in PARAMETERS:
            return unshared(self.document, leaf.pointer), "schema"
        above, _, key = leaf.pointer.rpartition("/")
        unshared(self.document, leaf.pointer)
        return unshared(self.document, above), tokens_of(f"#/{key}")[0]

    def _change_operation(self, kind: str, leaf: Leaf, change: Change) -> None:
        if kind == "operation" and change.aspect == "path":
            move(self.document, self._leaves["operation"], change.after)
        elif kind == "permission":
            revise(unshared(self.document, leaf.pointer), change.aspect, change.after)
        elif kind == "error":
            unshared(self.document, leaf.pointer)["message"] = change.after or TO_WRITE
        elif kind == "example":
            revise(unshared(self.document, leaf.pointer), "value", change.after)
        else:
            self.left.append(f"{change.place}: {change.aspect} is now {change.after}")

    def _require(self, kind: str, leaf: Leaf, after: Any) -> None:
        if kind in PARAMETERS:
            unshared(self.document, leaf.pointer)["required"] = bool(after)
        else:
            above = leaf.pointers.get("required", leaf.pointers.get("schema", leaf.pointer) + "/required")
            put(unshared(self.document, above.rpartition("/")[0]), "required", after)
