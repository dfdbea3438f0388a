"""`nox -s explain`: trace a Python symbol to the spec and the page it comes from, or the other way round."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from toolchain.checks import module_name
from toolchain.document import SPECS, SpecError, escaped, operations, spec_files
from toolchain.pages.change.symbols import argument, symbol
from toolchain.pages.facts import WORDING
from toolchain.pages.prove.places import move_facts, page_place
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.safe_text import as_json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf

_NAMED = re.compile(r"#/components/schemas/[^/]+")
_LINE = re.compile(r"(?:specs/)?(?P<stem>\w+)\.yaml:(?P<line>\d{1,6})")


@attrs.frozen
class Link:
    """A leaf of a spec with the fact on the page and the generated symbols.

    Attributes:
        spec: The spec.
        operation: The operation.
        leaf: The leaf.
        fact: The fact on the page; None if the page doesn't state it.
        symbols: The Python symbols, that of the leaf first.
    """

    spec: Spec
    operation: str
    leaf: Leaf
    fact: Fact | None
    symbols: tuple[str, ...]

    @property
    def pointers(self) -> tuple[str, ...]:
        """All pointers of the spec that define the leaf."""
        return (self.leaf.pointer, *self.leaf.pointers.values())

    @property
    def homes(self) -> tuple[str, ...]:
        """The pointer of the leaf, and those of the named schemas that it refers to."""
        holders = (where.rpartition("/")[0] for where in self.leaf.pointers.values())
        named = (where for where in (self.leaf.pointers.get("schema"), *holders) if where and _NAMED.fullmatch(where))
        return tuple(dict.fromkeys([self.leaf.pointer, *named]))


def links(specs: Path) -> Iterator[Link]:
    """Yield a link for every leaf of all specs in a folder."""
    for file in spec_files(specs):
        spec = read_spec(file)
        kept = kept_pages(specs, spec.stem)
        for operation, place in zip(spec.operations(), operations(spec.document), strict=True):
            leaves = spec.leaves(operation)
            facts = move_facts(kept[operation].page().by_place(), leaves).facts if operation in kept else {}
            package, (tag, name) = f"cloudkeys_api.{spec.stem}", module_name(place)
            for leaf in leaves.values():
                names = [
                    argument(spec.stem, operation, leaf),
                    symbol(spec.stem, operation, leaf),
                    symbol(spec.stem, operation, leaf, "enum"),
                ]
                if leaf.place.startswith("operation"):
                    names = [f"{package}.Client.{name}", f"{package}.AsyncClient.{name}", f"{package}.api.{tag}.{name}"]
                known = tuple(dict.fromkeys(name for name in names if name))
                yield Link(spec, operation, leaf, facts.get(page_place(leaf.place)), known)


def matching(found: Sequence[Link], query: str) -> list[Link]:
    """Return the links that match a query: a symbol, a pointer or line of a spec, a place, or the name of a field.

    Args:
        found: All links.
        query: The query.
    """
    if (place := _LINE.fullmatch(query)) is not None:
        return _at_line([link for link in found if link.spec.stem == place["stem"]], int(place["line"]))
    tests = (_is_symbol, _is_owner, _is_holder, _is_pointer, _is_below, _is_named)
    meant = next((test for test in tests if any(test(link, query) for link in found)), _is_named)
    # A class of one API may have the name of a field of another.
    return [link for link in found if meant(link, query) or (query.isidentifier() and _is_named(link, query))]


def _at_line(found: Sequence[Link], line: int) -> list[Link]:
    """Return the links of the last leaf that starts at a line or before it."""
    lines = ((where, link) for link in found for where in {link.spec.line(pointer) for pointer in link.pointers})
    begun = [(where, link) for where, link in lines if where <= line]
    last = max((where for where, _ in begun), default=0)
    return [link for where, link in begun if where == last]


def _is_symbol(link: Link, query: str) -> bool:
    return any(name == query or name.endswith((f".models.{query}", f"Client.{query}")) for name in link.symbols)


def _is_owner(link: Link, query: str) -> bool:
    """Return whether a query is a value of an enumeration, or a function of an operation's module."""
    owner = query.rpartition(".")[0]
    return bool(owner) and _is_symbol(link, owner) and ("enum" in link.leaf.aspects or ".api." in owner)


def _is_holder(link: Link, query: str) -> bool:
    """Return whether a query is the class of an attribute; a class of parameters has no schema."""
    return any(name.startswith(f"{query}.") or f".models.{query}." in name for name in link.symbols)


def _is_pointer(link: Link, query: str) -> bool:
    return any(where == _pointer(link, query) for where in link.pointers)


def _is_below(link: Link, query: str) -> bool:
    above = _pointer(link, query)
    return above is not None and any(where.startswith(f"{above}/") for where in link.pointers)


def _pointer(link: Link, query: str) -> str | None:
    """Return the pointer in a query, if it has one that can belong to the spec of a link."""
    file, mark, pointer = query.partition("#")
    return f"#{pointer}" if mark and (not file or Path(file).stem == link.spec.stem) else None


def _is_named(link: Link, query: str) -> bool:
    """Return whether a query is a place or the end of one: `200 secrets[].id`, `secrets[].id`, `id`."""
    names = {link.leaf.place, link.leaf.place.removesuffix("[]")}
    return query in names or any(name.endswith((f".{query}", f" {query}")) for name in names)


def explained(link: Link) -> str:
    """Return a link as text: symbols, spec, page, and each reading with its reason."""
    page = link.fact
    title = link.spec.leaves(link.operation)["title"].aspects.get("title")
    where = "not stated" if page is None else f"lines {page.lines[0]}-{page.lines[1]} of {as_json_text(title)}"
    lines = [
        f"{link.operation}: {link.leaf.place}",
        *(f"  Python   {name}" for name in link.symbols),
        *(
            f"  {'' if index else 'spec':<8} specs/{link.spec.stem}.yaml:{link.spec.line(where)} {where}"
            for index, where in enumerate(link.homes)
        ),
        f"           {_stated(link.leaf.aspects)}",
        f"  page     {where}",
        *([] if page is None else [f"           {_stated(page.aspects)}"]),
    ]
    for reading in link.leaf.readings:
        paged, taken = as_json_text(reading.page), as_json_text(reading.taken)
        differs = f"{reading.aspect}: the page states {paged}, the spec states {taken}"
        lines += [
            f"  reading  {differs}{f' since {reading.since}' if reading.since else ''}",
            f"           {reading.why}",
        ]
    return "\n".join(lines)


def _stated(aspects: dict[str, Any]) -> str:
    stated = [f"{name} {as_json_text(value)}" for name, value in aspects.items() if name != WORDING]
    return ", ".join(stated) or "present"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(escaped(message, "\n"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status: 0 found, 1 not found, 2 specs unreadable."""
    parser = _Parser(prog="nox -s explain --", description=__doc__)
    parser.add_argument("query", help="a Python symbol, a pointer or line of a spec, or the name of a page's field")
    parser.add_argument("--specs", type=Path, default=SPECS, help="the folder of the specs")
    options = parser.parse_args(arguments)
    try:
        found = list(links(options.specs))
    except SpecError as error:
        print(*(f"error: {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return 2
    hits = matching(found, options.query)
    if hits:
        print(escaped("\n\n".join(explained(link) for link in hits), "\n"))
        return 0
    near = _near(found, options.query)
    print(
        escaped(f"no match for {as_json_text(options.query)}{'; did you mean: ' if near else ''}{near}"),
        file=sys.stderr,
    )
    return 1


def _near(found: Sequence[Link], query: str) -> str:
    """Return the names of symbols and places, or their last parts, that are closest to a query without a match."""
    known = {name for link in found for name in (*link.symbols, link.leaf.place)}
    known |= {re.split(r"[ .:]", name)[-1] for name in known}
    return ", ".join(difflib.get_close_matches(query, sorted(known), n=3))


if __name__ == "__main__":
    sys.exit(main())
