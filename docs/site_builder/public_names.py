"""Finds all public names, and checks that the site documents them."""

from __future__ import annotations

import ast
import contextlib
import re
import textwrap
from typing import TYPE_CHECKING, Final

import griffe

from site_builder.model_docs import ModelDocs
from site_builder.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    Documented = griffe.Object | griffe.Alias

MODULES: Final = (
    "cloudkeys",
    "cloudkeys.auth.acs3",
    "cloudkeys.auth.find",
    "cloudkeys.auth.signing",
    "cloudkeys.auth.sdk_hmac",
    "cloudkeys.auth.token",
    "cloudkeys.runtime.client",
    "cloudkeys.errors",
    "cloudkeys.runtime.messages",
    "cloudkeys.runtime.types",
    "cloudkeys.runtime.operation",
    "cloudkeys.runtime.redaction",
    "cloudkeys.runtime.settings",
    "cloudkeys.runtime.service",
    "cloudkeys.paging.styles",
    "cloudkeys.testing",
    "cloudkeys.testing.state",
    "cloudkeys.testing.faults",
    "cloudkeys.testing.recording",
    "cloudkeys.testing.replay",
)
"""The modules of `cloudkeys` that are for users; all of `cloudkeys_api` is."""
SOURCES: Final = (ROOT / "overlays", ROOT / "generated")

_PACKAGES: Final = {"cloudkeys", "cloudkeys_api"}
_LIKE: Final = re.compile(r"\bas `(?P<name>[\w.]+)` does\b")
_CODE: Final = re.compile(r"^```(?:python|py)\b.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def public_objects(sources: Iterable[Path] = SOURCES, modules: Iterable[str] = MODULES) -> list[Documented]:
    """Return all public names: modules, the names that they define or list in `__all__`, and the members of classes.

    Args:
        sources: The folders that the packages are in.
        modules: The public modules of `cloudkeys`; of `cloudkeys_api`, all are.
    """
    loader = griffe.GriffeLoader(search_paths=list(sources), extensions=griffe.load_extensions(ModelDocs))
    loader.load("cloudkeys")
    generated = loader.load("cloudkeys_api")
    loader.resolve_aliases(implicit=False, external=False)
    found = [*(loader.modules_collection[name] for name in modules), generated, *_below(generated)]
    return [one for module in found for one in [module, *_members(module)]]


def _below(module: Documented) -> Iterator[Documented]:
    for below in module.modules.values():
        if not below.is_alias:
            yield below
            yield from _below(below)


def _members(owner: Documented) -> Iterator[Documented]:
    for member in owner.members.values():
        if not member.is_public or member.is_module or member.is_special or _names_a_type(member):
            continue
        yield member
        if member.is_class:
            yield from _members(member)


def _names_a_type(member: Documented) -> bool:
    """Return whether a member is a type variable, or the generated name of a bounded type that a field describes."""
    names = ("TypeVar(", "ParamSpec(", "Annotated[")
    return isinstance(member, griffe.Attribute) and str(member.value).startswith(names)


def problems(objects: Iterable[Documented], on_site: Container[str]) -> list[str]:
    """Return the problems of the documentation of public names, one line each.

    Args:
        objects: What is public.
        on_site: The names that a page of the site documents.
    """
    return [f"{one.path}: {problem}" for one in objects for problem in _complaints(one, on_site)]


def _complaints(one: Documented, on_site: Container[str]) -> Iterator[str]:
    if one.is_attribute and one.name in _attributes_of(one.parent):
        return
    if one.docstring is None:
        yield "no docstring"
    if one.path not in on_site:
        yield "on no page of the site"
    function = one.target if isinstance(one, griffe.Alias) else one
    if isinstance(function, griffe.Function):
        kind = griffe.DocstringSectionKind.parameters
        described = {"self", "cls"} | _described(one, kind) | _described(_model(function), kind)
        names = [parameter.name for parameter in function.parameters]
        yield from (f"no description of the argument {name}" for name in names if name not in described)


def _model(function: griffe.Function) -> Documented | None:
    """Return the function that takes the same arguments, by the docstring: "as `sync_detailed` does"."""
    found = _LIKE.search(function.docstring.value) if function.docstring else None
    if found is None or function.parent is None:
        return None
    for owner in (function.parent, function.module):
        with contextlib.suppress(KeyError):
            like: Documented = owner[found["name"]]
            return like
    return None


def _attributes_of(owner: Documented | None) -> set[str]:
    """Return the names of the attributes that a class, or one of its bases, describes."""
    found = owner.final_target if isinstance(owner, griffe.Alias) else owner
    classes = [found, *(found.mro() if isinstance(found, griffe.Class) else [])]
    return {name for one in classes for name in _described(one, griffe.DocstringSectionKind.attributes)}


def _described(owner: Documented | None, kind: griffe.DocstringSectionKind) -> set[str]:
    """Return the names that a section of a docstring describes."""
    if owner is None or owner.docstring is None:
        return set()
    sections = owner.docstring.parse("google", warnings=False)
    return {item.name.lstrip("*") for section in sections if section.kind is kind for item in section.value}


def imported_by_examples(files: Iterable[Path]) -> dict[str, str]:
    """Return the names that programs, and code on pages, import from our packages, each with the file.

    Args:
        files: Python files, and Markdown files with code in them.
    """
    found: dict[str, str] = {}
    for file in files:
        text = file.read_text(encoding="utf-8")
        for code in [text] if file.suffix == ".py" else map(_in_function, _CODE.findall(text)):
            for node in ast.walk(_parsed(code)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _PACKAGES:
                    found |= {f"{node.module}.{name.name}": file.name for name in node.names}
    return found


def _in_function(block: str) -> str:
    """Return code as a function: a page may show the body of an async function alone."""
    return f"async def shown():\n{textwrap.indent(textwrap.dedent(block), '    ')}\n    ..."


def _parsed(code: str) -> ast.AST:
    """Return code as a syntax tree; an empty one for a fragment, such as a line of a table, which imports nothing."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return ast.Module([], [])
