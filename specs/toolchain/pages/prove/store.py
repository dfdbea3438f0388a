"""`specs/pages/<spec>.yaml`: the facts that each page stated when the spec was transcribed, without its prose."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from toolchain.document import Problem, SpecError
from toolchain.pages.facts import Fact, PageFacts, Unread, line_range
from toolchain.pages.prove.leaf import MISSHAPEN
from toolchain.pages.prove.round_trip import WithNull

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER: Final = "pages"
_SPAN: Final = re.compile(r"(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?")
_BANNER: Final = (
    "# What the vendor's pages stated when specs/{stem}.yaml was transcribed: facts and line numbers, no prose.\n"
    "# `nox -s pages -- FILE --accept` writes it; don't edit.\n"
)


class KeptPage(msgspec.Struct, frozen=True):
    """The kept facts of one page.

    Attributes:
        captured: The date of the capture, as YYYY-MM-DD.
        sha256: The hash of the page.
        stated_lines: How many lines of the page state something: those of tables and examples.
        understood_lines: How many of them were understood.
        facts: The facts.
        unread: The unread lines.
    """

    captured: str
    sha256: str
    stated_lines: int
    understood_lines: int
    facts: tuple[dict[str, Any], ...]
    unread: tuple[Unread, ...] = ()

    def __post_init__(self) -> None:
        """Reject a malformed fact."""
        for kept in self.facts:
            _fact(kept)

    def page(self) -> PageFacts:
        """Return the facts as read."""
        facts = tuple(_fact(kept) for kept in self.facts)
        return PageFacts(facts, self.unread, self.stated_lines, self.understood_lines, self.sha256)


def facts_file(specs: Path, stem: str) -> Path:
    """Return the file with the facts of a spec's pages."""
    return specs / _FOLDER / f"{stem}.yaml"


def kept_pages(specs: Path, stem: str) -> dict[str, KeptPage]:
    """Return the kept pages of a spec, by operation.

    Raises:
        SpecError: The file isn't what `--accept` writes.
    """
    file = facts_file(specs, stem)
    if not file.is_file():
        return {}
    try:
        return msgspec.convert(YAML(typ="safe", pure=True).load(file), dict[str, KeptPage])
    except (YAMLError, msgspec.ValidationError, *MISSHAPEN) as error:
        message = f"not what --accept writes: {error}"
        raise SpecError([Problem(file, "#", message)]) from error


def keep(specs: Path, stem: str, operation: str, page: PageFacts, captured: str) -> None:
    """Write the facts of one page next to those of the spec's other pages.

    Args:
        specs: The folder of the specs.
        stem: The name of the spec.
        operation: The operation of the page.
        page: The facts.
        captured: The date of the capture, as YYYY-MM-DD.
    """
    file, kept = facts_file(specs, stem), kept_pages(specs, stem)
    facts = tuple({"place": fact.place, "lines": line_range(fact.lines), **fact.aspects} for fact in page.facts)
    kept[operation] = KeptPage(captured, page.sha256, page.stated_lines, page.understood_lines, facts, page.unread)
    file.parent.mkdir(exist_ok=True)
    file.write_text(_BANNER.format(stem=stem) + _yaml({name: kept[name] for name in sorted(kept)}), encoding="utf-8")


class _OneLine(WithNull):
    """Quotes a string that has several lines, isn't printable, or may start with YAML syntax."""

    def text(self, text: str) -> Any:
        """Return the node of a string."""
        plain = text.isprintable() and (not text or text[0].isalnum() or text[0] in "/*[{")
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_OneLine.add_representer(str, _OneLine.text)


def _yaml(pages: dict[str, KeptPage]) -> str:
    """Return YAML with one line per fact, so that a diff shows what changed on the page."""
    document = CommentedMap()
    for operation, page in pages.items():
        built = msgspec.to_builtins(page)
        built["facts"] = CommentedSeq(_one_line(fact) for fact in built["facts"])
        built["unread"] = CommentedSeq(_one_line(unread) for unread in built["unread"])
        document[operation] = CommentedMap(built)
    yaml = YAML()
    yaml.Representer = _OneLine
    yaml.width = sys.maxsize
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _one_line(fact: dict[str, Any]) -> CommentedMap:
    line = CommentedMap(fact)
    line.fa.set_flow_style()
    return line


def _fact(kept: dict[str, Any]) -> Fact:
    place, lines = kept.get("place"), kept.get("lines")
    found = _SPAN.fullmatch(lines) if isinstance(lines, str) else None
    if not isinstance(place, str) or not place or found is None:
        raise ValueError("a fact needs a place, and lines as N or N-M")
    first = int(found["first"])
    aspects = {name: value for name, value in kept.items() if name not in {"place", "lines"}}
    return Fact(place, (first, int(found["last"] or first)), aspects)
