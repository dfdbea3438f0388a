"""A spec says which text its page is, and where the page is; where nobody knows that, the command says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.frozen_specs import copy_of_frozen
from pages.writes import POST
from toolchain.document import load
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.draft.origin import Origin, origin_of

ENGLISH = Path(__file__).with_name("newer") / "huawei_csms-ListSecrets-2026-06-09-en.txt"
LIST = ("paths", "/v1/{project_id}/secrets", "get", "x-page")
ADDRESS = "https://lamps.example/api/lamps.html"


@pytest.mark.parametrize(
    ("source", "content", "url", "origin"),
    [
        ("pages/lamps-2026.txt", b"", None, Origin("lamps-2026.txt", None)),
        ("pages/lamps", b"", ADDRESS, Origin("lamps", ADDRESS)),
        ("-", b"", None, Origin("otherwise.txt", None)),
        ("pages/灯.md", b"", None, Origin("灯.md", None)),
        ("a\nb.txt", b"", None, Origin("otherwise.txt", None)),
        (ADDRESS, b"", None, Origin("lamps.html", ADDRESS)),
        (ADDRESS + "?a=b", b"", None, Origin("lamps.html", ADDRESS + "?a=b")),
        ("http://lamps.example/lamps", b"", None, Origin("lamps", None)),
        ("https://lamps.example/", b"", None, Origin("otherwise.txt", "https://lamps.example/")),
        ("x.html", f'<link rel="canonical" href="{ADDRESS}">'.encode(), None, Origin("x.html", ADDRESS)),
        ("x.html", f"<link href={ADDRESS} rel=canonical>".encode(), None, Origin("x.html", ADDRESS)),
        ("x.html", f'<meta property="og:url" content="{ADDRESS}"/>'.encode(), None, Origin("x.html", ADDRESS)),
        ("x.html", b'<link rel="canonical" href="javascript:x">', None, Origin("x.html", None)),
    ],
)
def test_name_and_address(source: str, content: bytes, url: str | None, origin: Origin) -> None:
    assert origin_of(source, content, url, "otherwise.txt") == origin


def test_a_draft_has_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "lamps-2026.txt"
    page.write_text(POST, encoding="utf-8")
    command = [str(page), "--operation", "AddLamp", "--specs", str(tmp_path)]
    assert new.main(["lamps", *command]) == 0
    assert "left to you: the page doesn't say where it is" in capsys.readouterr().out
    said = load(tmp_path / "lamps.yaml")["paths"]["/v9/lamps"]["post"]["x-page"]
    assert (said["capture"], said.get("url")) == ("lamps-2026.txt", None)
    assert new.main(["others", *command, "--url", ADDRESS]) == 0
    assert "the page doesn't say where" not in capsys.readouterr().out
    assert load(tmp_path / "others.yaml")["paths"]["/v9/lamps"]["post"]["x-page"]["url"] == ADDRESS


def test_an_accepted_page_has_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs = copy_of_frozen(tmp_path)
    file = specs / "huawei_csms.yaml"
    known = load(file)
    for token in LIST:
        known = known[token]
    text = "\n".join(line for line in file.read_text(encoding="utf-8").split("\n") if known["url"] not in line)
    file.write_text(text, encoding="utf-8")
    assert main(["--specs", str(specs), "--accept", str(ENGLISH)]) == 1
    assert "left to you: the page doesn't say where it is" in capsys.readouterr().err
    assert main(["--specs", str(specs), "--accept", "--url", ADDRESS, str(ENGLISH)]) == 0
    said = load(file)
    for token in LIST:
        said = said[token]
    assert (said["capture"], said["url"]) == (ENGLISH.name, ADDRESS)
