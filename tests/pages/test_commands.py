"""The command itself: exit status, formats, where pages come from, and what it says of pages that it can't read."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from pages.frozen_specs import copy_of_frozen
from toolchain.__main__ import main as toolchain
from toolchain.pages.__main__ import main

NEWER = Path(__file__).with_name("newer")
CHINESE = NEWER / "huawei_csms-ListSecrets-2024-11-29-zh.txt"
ENGLISH = NEWER / "huawei_csms-ListSecrets-2026-06-09-en.txt"
PAGES = {"alibaba_sas", "huawei_csms", "huawei_iam_v3", "huawei_iam_v5"}


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    return copy_of_frozen(tmp_path)


def test_the_specs_are_proved_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    out = capsys.readouterr().out
    assert {line.split(":")[0] for line in out.splitlines()[:-1]} == PAGES
    assert out.splitlines()[-1].startswith("proved")
    understood = re.findall(r"(\d+) of (\d+) lines understood", out)
    assert len(understood) == 4
    assert all(one == other != "0" for one, other in understood)


def test_a_page_that_is_accepted_is_no_change_any_more(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert main(["--specs", str(specs), "--accept", str(ENGLISH), str(empty)]) == 2, "it doesn't stop the others"
    printed = capsys.readouterr()
    assert "huawei_csms: ListSecrets: " in printed.out
    assert "accepted: " in printed.err
    assert f"error: {empty}: " in printed.err
    before = {file: file.read_bytes() for file in specs.rglob("*.yaml")}
    assert main(["--specs", str(specs), str(ENGLISH)]) == 0
    assert capsys.readouterr().out.endswith("huawei_csms: ListSecrets: no change\n")
    assert main(["--specs", str(specs), str(CHINESE)]) == 1
    assert {file: file.read_bytes() for file in specs.rglob("*.yaml")} == before, "that page wasn't accepted"
    (specs / "pages" / "huawei_csms.yaml").unlink()
    command = ["--specs", str(specs), "--operation", "ListSecrets", str(ENGLISH)]
    assert main(command) == 2
    assert "no facts of a page of ListSecrets to compare with: accept" in capsys.readouterr().err
    assert main([*command, "--accept"]) == 0
    assert {file: file.read_bytes() for file in specs.rglob("*.yaml")} == before


def test_a_spec_without_an_address_of_its_page(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in specs.glob("*.yaml"):
        file.write_text(re.sub(r"(?m)^ +url: https.+/api-.*\n", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert main(["--specs", str(specs), "--fetch"]) == 2
    assert "huawei_csms: ListSecrets has no url in its x-page" in capsys.readouterr().err


def test_an_operation_without_a_page_and_a_page_without_an_operation(
    specs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = specs / "pages" / "huawei_csms.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("ListSecrets:", "ListThings:"), encoding="utf-8")
    assert main(["--specs", str(specs)]) == 1
    out = capsys.readouterr().out
    assert "ListSecrets: no facts of its page" in out
    assert "ListThings: facts of a page, but no such operation" in out


def test_the_three_formats_agree_and_a_page_may_come_from_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {}
    for form in ("json", "text", "markdown"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CHINESE.read_bytes())))
        assert main(["--format", form, "-"]) == 1
        shown[form] = capsys.readouterr().out
    (report,) = json.loads(shown["json"])
    assert (report["spec"], report["operation"]) == ("huawei_csms", "ListSecrets")
    for change in report["changes"]:
        assert change["pointer"] in shown["text"]
        for text in (change["place"], f"specs/huawei_csms.yaml:{change['line']}"):
            assert text in shown["text"]
            assert text in shown["markdown"]


UNREADABLE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "isn't the page of an operation"),
    "prose": (lambda _: b"Nothing here.\n" * 50, "isn't the page of an operation"),
    "binary": (lambda page: b"\0" + page, "null bytes"),
    "too large": (lambda page: page + b" " * 2_000_000, "more than 2,000,000 bytes"),
    "of another operation": (lambda page: page.replace(b"/secrets", b"/keys"), "--operation"),
}


@pytest.mark.parametrize("name", [*UNREADABLE, "no\x1b[2Jsuch"])
def test_what_cannot_be_read_is_status_2(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, message = tmp_path / name, "No such file"
    if name in UNREADABLE:
        change, message = UNREADABLE[name]
        page.write_bytes(change(ENGLISH.read_bytes()))
    assert main([str(page)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.replace("\n", "").isprintable()


@pytest.fixture
def server() -> Iterator[str]:
    """A web site with one page that changed, and none of the others."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_known = self.path == "/secrets"
            self.send_response(200 if is_known else 404)
            self.end_headers()
            self.wfile.write(ENGLISH.read_bytes() if is_known else b"")

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def test_all_pages_are_fetched_though_some_cannot_be_read(
    specs: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in specs.glob("*.yaml"):
        url = f"{server}/{'secrets' if file.stem == 'huawei_csms' else 'gone'}"
        file.write_text(
            re.sub(r"(?m)^( +url: )https\S+$", rf"\1{url}", file.read_text(encoding="utf-8")), encoding="utf-8"
        )
    assert main(["--specs", str(specs), "--fetch", "--accept"]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("status 404") == 3
    assert "huawei_csms: ListSecrets: " in printed.out
    assert main(["--specs", str(specs), str(ENGLISH)]) == 0, "the page that could be read was accepted"


def test_a_spec_that_cant_be_generated_isnt_proved_either(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = specs / "huawei_iam_v5.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("tags: [access_keys]", "tags: [access-keys]"), encoding="utf-8")
    output = specs.parent / "generated" / "cloudkeys_api"
    assert toolchain(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    (refused,) = capsys.readouterr().err.splitlines()
    assert main(["--specs", str(specs)]) == 1
    assert refused.removeprefix("error: ") in {line.strip() for line in capsys.readouterr().out.splitlines()}
