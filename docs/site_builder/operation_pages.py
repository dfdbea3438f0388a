"""Writes a page for each operation: each field in the spec and on the vendor's page, and why they differ.

A copy of each spec says the same in its descriptions, for Redoc.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs
import jinja2
from markupsafe import Markup

from site_builder.methods import methods
from toolchain.document import SPECS, at_pointer
from toolchain.pages.explain import Link, links
from toolchain.pages.facts import WORDING
from toolchain.pages.safe_text import as_json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

GROUPS: Final = {
    "title": "The page",
    "page": "The page",
    "operation": "Request line and permission",
    "permission": "Request line and permission",
    "server": "Servers",
    "security": "Authentication",
    "path": "Parameters",
    "query": "Parameters",
    "header": "Parameters",
    "body": "Body of the request",
}
"""The section that a place belongs to, by its first word; all others are parts of a response."""
_FLAGS: Final = {("required", True): "required", ("required", False): "optional", ("nullable", True): "may be null"}
_SAFE: Final = frozenset(" ,.;:'")


def escaped(text: object) -> str:
    """Return text for HTML and for Markdown in which nothing is markup: all but letters and digits is escaped."""
    line = " ".join(str(text).split())
    return "".join(one if one.isalnum() or one in _SAFE else f"&#{ord(one)};" for one in line)


@attrs.frozen
class Field:
    """One row of a table.

    Attributes:
        link: Where it comes from.
        pages: The page of the site that documents a Python symbol, by the symbol.
    """

    link: Link
    pages: Mapping[str, str]

    @property
    def group(self) -> str:
        """The section that contains it."""
        first, *rest = self.link.leaf.place.split()
        if first in GROUPS:
            return GROUPS[first]
        return f"Response {rest[0] if first in {'status', 'error', 'example', 'response-header'} else first}"

    @property
    def name(self) -> str:
        """The name of the place that the row describes."""
        place = self.link.leaf.place
        kind, _, name = place.partition(" ")
        if self.group.startswith("Response ") and name:
            return {"status": "status", "example": "example"}.get(kind, name.removeprefix(f"{self.group[9:]} "))
        return {"title": "title", "path": name, "query": name}.get(kind, "body" if place == self.group[9:] else place)

    @property
    def is_argument(self) -> bool:
        """Whether a program passes a value for it."""
        kind, _, name = self.link.leaf.place.partition(" ")
        is_settled = kind == "header" and ("token" in name.lower() or name.startswith("x-acs-"))
        return kind in {"path", "query", "body", "header"} and bool(name) and not is_settled

    @property
    def argument(self) -> str:
        """The vendor's name of the argument."""
        return self.link.leaf.place.partition(" ")[2]

    @property
    def is_required(self) -> bool:
        """Whether the spec requires it."""
        return self.link.leaf.aspects.get("required") is True

    @property
    def is_error(self) -> bool:
        """Whether it is an error code of the vendor."""
        return self.link.leaf.place.startswith("error ")

    @property
    def is_result(self) -> bool:
        """Whether it is a field of a successful response."""
        first, _, name = self.link.leaf.place.partition(" ")
        return first.startswith("2") and bool(name) and not name.endswith("[]")

    @property
    def anchor(self) -> str:
        """The ID of the row: letters, digits, dots, hyphens and underscores."""
        place = self.link.leaf.place.replace("[]", "-item")
        return "".join(one if one.isalnum() or one in "._" else "-" for one in place)

    @property
    def description(self) -> str:
        """The description in the spec."""
        node = at_pointer(self.link.spec.document, self.link.leaf.pointer)
        named = self.link.leaf.pointers.get("schema") or (node.get("$ref") if isinstance(node, dict) else None)
        nodes = [node, *([at_pointer(self.link.spec.document, named)] if named else [])]
        return next((one["description"] for one in nodes if isinstance(one, dict) and "description" in one), "")

    @property
    def takes(self) -> list[tuple[str, str]]:
        """What the spec states, as pairs of an aspect and its value."""
        return said(self.link.leaf.aspects)

    @property
    def says(self) -> list[tuple[str, str]]:
        """What the page states, as pairs of an aspect and its value."""
        return said(self.link.fact.aspects) if self.link.fact else []

    @property
    def values(self) -> Mapping[str, str]:
        """The meaning of each value of an enumeration."""
        named = self.link.leaf.pointers.get("enum", "").removesuffix("/enum")
        schema = at_pointer(self.link.spec.document, named) if named else {}
        return dict(zip(map(str, schema.get("enum", ())), schema.get("x-enum-descriptions", ()), strict=False))

    @property
    def lines(self) -> str:
        """The lines of the page that state it; empty if none does."""
        return lines_of(self.link)

    @property
    def symbols(self) -> list[tuple[str, str]]:
        """The Python symbols, as pairs of a short name and the page that documents it."""
        known = [name for name in self.link.symbols if name in self.pages]
        return [
            (name.partition(".models.")[2] or name.rpartition(".")[2], f"{self.pages[name]}#{name}") for name in known
        ]


def said(aspects: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return facts as pairs of an aspect and its value."""
    found = []
    for name, value in aspects.items():
        if isinstance(value, bool):
            found.append(("", _FLAGS.get((name, value), f"{name}: {as_json_text(value)}")))
        elif name not in {WORDING, "schema"}:
            found.append((name, value if isinstance(value, str) else as_json_text(value)))
    return found


def worded(value: object) -> str:
    """Return one side of a reading as text."""
    return "nothing" if value is None else as_json_text(value)


def lines_of(link: Link) -> str:
    """Return the lines of the page that a link leads to, such as `lines 12-15`; empty if there are none."""
    if link.fact is None:
        return ""
    first, last = link.fact.lines
    return f"line {first}" if first == last else f"lines {first}-{last}"


def write_operations(site: Path, pages: Mapping[str, str], specs: Path = SPECS) -> None:
    """Write a page for each operation, their index, and a copy of each spec for Redoc.

    Args:
        site: The folder of the site's pages.
        pages: The page of the site that documents a Python symbol, by the symbol, as a path from the site's root.
        specs: The folder of the specs.
    """
    folder = site / "operations"
    template = _template()
    found: dict[tuple[str, str], list[Field]] = {}
    for link in links(specs):
        found.setdefault((link.spec.stem, link.operation), []).append(Field(link, pages))
    for (stem, operation), fields in found.items():
        (folder / stem).mkdir(parents=True, exist_ok=True)
        text = template.get_template("operation.md.jinja").render(operation=_operation(fields), fields=fields)
        (folder / stem / f"{operation}.md").write_text(text, encoding="utf-8")
    everything = [_operation(fields) for fields in found.values()]
    (folder / "index.md").write_text(
        template.get_template("operations.md.jinja").render(operations=everything), encoding="utf-8"
    )
    (folder / "SUMMARY.md").write_text(_navigation(found), encoding="utf-8")
    for stem in dict.fromkeys(stem for stem, _ in found):
        of_spec = [field.link for (of, _), fields in found.items() if of == stem for field in fields]
        (folder / stem / "openapi.json").write_text(json.dumps(with_evidence(of_spec), indent=1), encoding="utf-8")


def _navigation(found: Mapping[tuple[str, str], list[Field]]) -> str:
    """Return the list of all operations by API: several APIs have operations with the same name."""
    lines, last = ["- [All operations](index.md)"], ""
    for (stem, operation), fields in found.items():
        if stem != last:
            lines.append(f"- {fields[0].link.spec.document['info']['title']}")
            last = stem
        lines.append(f"    - [{operation}]({stem}/{operation}.md)")
    return "\n".join(lines) + "\n"


def _template() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.PackageLoader("site_builder"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else Markup(escaped(value)),  # noqa: S704 - it is inert
    )
    environment.filters |= {"groupby_in_order": _grouped, "worded": worded}
    return environment


def _grouped(fields: Iterable[Field], attribute: str) -> list[tuple[str, list[Field]]]:
    """Return fields grouped by an attribute, in the order in which its values first occur."""
    found: dict[str, list[Field]] = {}
    for field in fields:
        found.setdefault(getattr(field, attribute), []).append(field)
    return list(found.items())


def _operation(fields: list[Field]) -> dict[str, Any]:
    """Return the data for the head of an operation's page."""
    link = fields[0].link
    head = next(field.link.leaf for field in fields if field.link.leaf.place == "operation")
    node = at_pointer(link.spec.document, head.pointer)
    module = next(name for field in fields for name in field.link.symbols if ".api." in name)
    readings = len({reading.pointer for field in fields for reading in field.link.leaf.readings})
    info = link.spec.document["info"]
    method, path = (head.aspects[name] for name in ("method", "path"))
    return {
        "node": node,
        "request": f"{method} {path}",
        "route": f"{node['tags'][0]}/{node['operationId'].lower()}",
        "arguments": [field for field in fields if field.is_argument],
        "result": [field for field in fields if field.is_result],
        "errors": list({field.name: field for field in fields if field.is_error}.values()),
        "stem": link.spec.stem,
        "info": info,
        "module": module,
        "page": fields[0].pages[module],
        "methods": list(methods(module.partition(".api.")[0], module.rpartition(".")[2])),
        "readings": readings,
    }


def with_evidence(of_spec: Iterable[Link]) -> dict[str, Any]:
    """Return a spec whose descriptions state the lines of the page and the readings of each field.

    Args:
        of_spec: All links of one spec.
    """
    of_spec = list(of_spec)
    document: dict[str, Any] = json.loads(json.dumps(of_spec[0].spec.document))
    evidence: dict[str, dict[str, None]] = {}
    for link in of_spec:
        if (
            link.leaf.place.split()[0] not in {"title", "page", "permission", "server", "error", "example"}
            and link.leaf.place != "operation id"
        ):
            evidence.setdefault(link.leaf.pointer, {})[_evidence(link)] = None
    for where, texts in evidence.items():
        node = at_pointer(document, where)
        node["description"] = "\n\n".join([*filter(None, [node.get("description")]), *texts])
    for name in dict.fromkeys(link.operation for link in of_spec):
        document["info"]["description"] += f"\n\n[{name}, field by field, next to the vendor's page]({name}/)"
    return document


def _evidence(link: Link) -> str:
    root = link.leaf.place.split()[0]
    parts = [f"**Page:** {escaped(lines_of(link) or 'silent')}."]
    for reading in link.leaf.readings:
        differs = (
            f"{escaped(reading.aspect)}: page {escaped(worded(reading.page))}, spec {escaped(worded(reading.taken))}"
        )
        parts.append(f"**Reading,** {differs}. {escaped(reading.why)}")
    return " ".join([*([f"(Status {escaped(root)})"] if root.isdigit() or root == "default" else []), *parts])
