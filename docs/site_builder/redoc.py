"""Writes one page of Redoc for each spec; the browser loads everything from this site."""

from __future__ import annotations

import os
import re
import subprocess
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_BUNDLE: Final = "redoc.standalone.js"
_BUNDLE_URL: Final = re.compile(rf'"https://[^"]*/{re.escape(_BUNDLE)}"')
_PRELOAD: Final = re.compile(r'<link rel="modulepreload"[^>]*>')
_INLINE: Final = re.compile(r"<script[^>]*>(.+?)</script>", re.DOTALL)
_LOGO: Final = re.compile(r"https://cdn\.redoc\.ly/redoc/[\w./-]*\.svg")
_NAME: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='60' height='14'%3E"
    "%3Ctext y='11' font-family='sans-serif' font-size='11' fill='%23808898'%3ERedocly%3C/text%3E%3C/svg%3E"
)
# Redoc's own colors have too little contrast for small text.
_STYLE: Final = (
    "<style>:root,html.light,html.dark{--font-family-base:Helvetica,Arial,sans-serif}"
    "html.light{--color-blue-6:#0d5bcc;--color-blue-7:#1a56b0;--input-content-placeholder-color:#5b5c66;"
    "--badge-deprecated-text-color:#1a1a1f}"
    "html.dark{--input-content-placeholder-color:#a4a6b2}"
    "html.dark .schema-name{color:var(--text-color-primary)!important}"
    "html.light .tag-get{--tag-color:#0c6336}html.light .tag-post{--tag-color:#174ab8}"
    "html.light .tag-put{--tag-color:#7a4a00}html.light .tag-delete{--tag-color:#a3123a}"
    "html.light .token.boolean{color:#a3123a!important}</style>"
)
# Whatever the bundle tries to load or send, and whatever a description contains: only the page's own scripts run.
_POLICY: Final = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src data:; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)


def write_redoc(site: Path, redocly: Path) -> None:
    """Write a page of Redoc for each spec in the site's folder, and the script that they share.

    Args:
        site: The folder of the site's pages.
        redocly: The folder of the npm package `@redocly/cli`.

    Raises:
        ValueError: Redocly can't show a spec, or its output has changed, so that something would be loaded from
            elsewhere.
    """
    folder = site / "operations"
    bundle = redocly / "lib" / "chunks" / _BUNDLE
    script, logos = _LOGO.subn(_NAME, bundle.read_text(encoding="utf-8"))
    if not logos:
        raise ValueError(f"{_BUNDLE} has no logo at the known place: look for what it loads now")
    (folder / _BUNDLE).write_text(script, encoding="utf-8")
    for spec in sorted(folder.glob("*/openapi.json")):
        page = spec.with_suffix(".html")
        command = ["node", str(redocly / "bin" / "cli.js"), "build-docs", str(spec), "--output", str(page)]
        environment = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        done = subprocess.run(command, cwd=redocly, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(f"Redocly can't show {spec}:\n{done.stderr}")
        page.write_text(local(page.read_text(encoding="utf-8")), encoding="utf-8")


def local(page: str) -> str:
    """Return a page of Redoc that loads the script from this site, and that may load and send nothing else.

    Args:
        page: What `redocly build-docs` wrote.

    Raises:
        ValueError: It doesn't load the script as expected.
    """
    page, scripts = _BUNDLE_URL.subn(f'"../{_BUNDLE}"', _PRELOAD.sub("", page))
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in _INLINE.findall(page)]
    policy = _POLICY.format(scripts=" ".join(f"'sha256-{one}'" for one in hashes))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><link rel="icon" href="data:,">'
    page, heads = re.subn(r"<head>", lambda found: found[0] + meta, page, count=1)
    page = page.replace("</head>", f"{_STYLE}</head>", 1)
    if scripts != 1 or heads != 1:
        raise ValueError(f"a page of Redoc loads its script {scripts} times and has {heads} heads, not one of each")
    return page
