"""A griffe extension that moves the text on each field of a generated model from the class's docstring to the field.

The generator documents all fields in the docstring of their class, by the vendor's names. On the site each field has
its own entry with its Python name, so that operation pages can link to it.
"""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any, Final

import griffe

from toolchain.pages.change.symbols import generated_names

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTION: Final = re.compile(
    r"\n*^(?:Attributes, by the vendor's names|Values):\n(?P<entries>(?:^ .*\n?|^\n)+)", re.MULTILINE
)
_ENTRY: Final = re.compile(r"^ {4}(?P<name>\S+?): (?P<text>.*(?:\n {8}.*)*)", re.MULTILINE)


class ModelDocs(griffe.Extension):
    """Moves the texts of fields and values from the class to them."""

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:  # noqa: ANN401 - griffe's own signature
        """Set the docstrings of the fields of a generated class."""
        if not cls.path.startswith("cloudkeys_api.") or cls.docstring is None:
            return
        entries: dict[str, str] = {}
        if (section := _SECTION.search(cls.docstring.value)) is not None:
            entries = {one["name"]: " ".join(one["text"].split()) for one in _ENTRY.finditer(section["entries"])}
            cls.docstring.value = cls.docstring.value.replace(section[0], "").rstrip()
        vendors = _vendor_names(cls)
        for name, attribute in cls.attributes.items():
            if name in vendors and attribute.docstring is None:
                text = _text(vendors[name], entries, is_value="StrEnum" in map(str, cls.bases))
                attribute.docstring = griffe.Docstring(text, parent=attribute)
            if "field(" in (default := str(attribute.value)):
                attribute.value = "UNSET" if "default=UNSET" in default.replace(" ", "") else None


def _vendor_names(cls: griffe.Class) -> Mapping[str, str]:
    """Return the vendor's name of each field or value of a class."""
    fields = generated_names(cls.module.path, cls.name)
    if fields:
        return {python: vendor for vendor, python in fields.items()}
    found = getattr(importlib.import_module(cls.module.path), cls.name)
    return {name: member.value for name, member in getattr(found, "__members__", {}).items()}


def _text(vendor: str, entries: Mapping[str, str], *, is_value: bool) -> str:
    said = entries.get(vendor, "")
    if is_value:
        return f"`{vendor}`: {said}." if said else f"`{vendor}`."
    return f"{said} The vendor's name: `{vendor}`." if said else f"The vendor's `{vendor}`."
