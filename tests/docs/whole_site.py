"""Build and check the site as `nox -s docs` does, but without Redoc, which needs npm: `python -m docs.whole_site`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from site_builder import __main__ as site


def no_redoc(pages: Path) -> None:
    """Write an empty page in place of each that Redoc makes, since others link to it."""
    for spec in (pages / "operations").glob("*/openapi.json"):
        spec.with_suffix(".html").write_text("<html></html>", encoding="utf-8")


def main() -> int:
    site.put_together(site.PAGES, no_redoc)
    zensical = [sys.executable, "-m", "zensical", "build", "--config-file", "docs/mkdocs.yml", "--strict", "--clean"]
    subprocess.run(zensical, check=True)
    return site.main(["check"])


if __name__ == "__main__":
    sys.exit(main())
