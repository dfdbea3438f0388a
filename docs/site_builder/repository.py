"""Copies the pages that are elsewhere in the repository, and adapts links between the repository and the site."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from posixpath import relpath
from typing import Final

ROOT: Final = Path(__file__).parents[2]
WRITTEN: Final = ROOT / "docs" / "pages"
ELSEWHERE: Final = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "overlays/cloudkeys/testing/README.md": "fake-cloud.md",
    "specs/README.md": "specs.md",
    "specs/pages/README.md": "page-changes.md",
}
"""The documents of the repository that the site includes, and their names there."""

_FENCE: Final = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"`[^`\n]*`|(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")
_INCLUDED: Final = re.compile(r"^<!-- include: (?P<file>\S+) -->$", re.MULTILINE)


def copy_pages(site: Path) -> None:
    """Copy the pages that are written by hand, with links that work on the site.

    Args:
        site: The folder that all pages of the site come together in.

    Raises:
        FileNotFoundError: A document isn't there.
    """
    shutil.copytree(WRITTEN, site, dirs_exist_ok=True)
    pages = {file: file.relative_to(WRITTEN).as_posix() for file in WRITTEN.rglob("*.md")}
    pages |= {ROOT / source: page for source, page in ELSEWHERE.items()}
    for file, page in pages.items():
        (site / page).write_text(relinked(file.read_text(encoding="utf-8"), file, page, site), encoding="utf-8")


def relinked(text: str, file: Path, page: str, site: Path) -> str:
    """Return a page in the form that the site needs.

    A link to a document that the site has too leads there; one to another file of the repository becomes its path,
    since the site has no copy of it; an image is copied. `<!-- include: FILE -->` becomes the contents of the file.

    Args:
        text: The page.
        file: Its path in the repository.
        page: Its path on the site.
        site: The folder of the site's pages.
    """

    def link(found: re.Match[str]) -> str:
        target = found["target"]
        if target is None or ":" in target:
            return found[0]
        place = (file.parent / target).resolve()
        if not place.exists():
            return found[0]
        path = place.relative_to(ROOT).as_posix()
        home = place.relative_to(WRITTEN).as_posix() if place.is_relative_to(WRITTEN) else ELSEWHERE.get(path)
        if found["image"]:
            return f"![{found['text']}]({_up(_copied(place, path, site), page)})"
        if home is not None:
            return f"[{found['text']}]({_up(home, page)}{found['anchor'] or ''})"
        return f"`{path}`" if found["text"].strip("`") in {path, place.name} else f"{found['text']} (`{path}`)"

    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_LINK.sub(link, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return _INCLUDED.sub(_fenced, "".join([*parts, _LINK.sub(link, text[end:])]))


def _up(target: str, page: str) -> str:
    return relpath(target, Path(page).parent.as_posix())


def _copied(place: Path, path: str, site: Path) -> str:
    copy = site / "images" / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(place, copy)
    return f"images/{path}"


def _fenced(found: re.Match[str]) -> str:
    return f"```text\n{(ROOT / found['file']).read_text(encoding='utf-8').rstrip()}\n```"
