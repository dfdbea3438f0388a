"""Print the changelog's section of a release; refuse a tag that contradicts the version or the changelog.

`python tests/tools/release_notes.py v1.2.3`
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def notes(tag: str, module: str, changelog: str) -> str:
    """Return the changelog's section of a tag, whose version must be the one in the text of `module`."""
    found = re.search(r'^__version__ = "([^"]+)"$', module, re.MULTILINE)
    version = found[1] if found else None
    if tag != f"v{version}":
        raise SystemExit(f"the tag is {tag}, but __version__ in overlays/cloudkeys/_version.py is {version}")
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    released = next((section for section in sections if not section.startswith("[Unreleased]")), "")
    heading, _, text = released.partition("\n")
    if not re.fullmatch(rf"\[{re.escape(tag[1:])}\] - \d{{4}}-\d\d-\d\d", heading):
        raise SystemExit(f"CHANGELOG.md: the newest release must be [{tag[1:]}] - YYYY-MM-DD, not {heading or 'none'}")
    if not re.search(r"^- ", text, re.MULTILINE):
        raise SystemExit(f"CHANGELOG.md lists no change of {tag}")
    # The link addresses follow the last section.
    return re.split(r"^\[[^]]+\]: ", text, maxsplit=1, flags=re.MULTILINE)[0].strip()


if __name__ == "__main__":
    files = (ROOT / "overlays/cloudkeys/_version.py", ROOT / "CHANGELOG.md")
    print(notes(sys.argv[1], *(file.read_text(encoding="utf-8") for file in files)))
