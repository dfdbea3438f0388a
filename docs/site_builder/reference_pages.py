"""Writes the reference pages of the generated packages, and finds the page that documents each symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolchain.checks import module_name
from toolchain.document import SPECS, load, operations, spec_files

if TYPE_CHECKING:
    from pathlib import Path


def write_reference(site: Path, specs: Path = SPECS) -> dict[str, str]:
    """Write a page for each generated package, and their index; return the page of each module, by its name.

    Args:
        site: The folder of the site's pages.
        specs: The folder of the specs.
    """
    folder = site / "reference" / "cloudkeys_api"
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    stems = []
    for file in spec_files(specs):
        document = load(file)
        package = f"cloudkeys_api.{file.stem}"
        names = [module_name(place) for place in operations(document)]
        tags = dict.fromkeys(tag for tag, _ in names)
        modules = [
            package,
            f"{package}.client",
            *(f"{package}.api.{tag}.{name}" for tag, name in names),
            *(f"{package}.{name}" for name in ("models", "service", "api")),
            *(f"{package}.api.{tag}" for tag in tags),
        ]
        text = "\n\n".join(
            [f"::: {package}\n    options:\n      heading_level: 1", *(f"::: {name}" for name in modules[1:])]
        )
        (folder / f"{file.stem}.md").write_text(text + "\n", encoding="utf-8")
        found |= dict.fromkeys(modules, f"reference/cloudkeys_api/{file.stem}.md")
        stems.append(file.stem)
    entries = [f"- [{stem}]({stem}.md)" for stem in stems]
    root = "::: cloudkeys_api\n    options:\n      heading_level: 1\n\n"
    (folder / "index.md").write_text(root + "\n".join(entries) + "\n", encoding="utf-8")
    (folder / "SUMMARY.md").write_text("\n".join(["- [All packages](index.md)", *entries]) + "\n", encoding="utf-8")
    return found
