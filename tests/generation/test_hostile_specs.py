"""The text of a spec cannot become code, whatever it is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generation.spec_factory import show, small_spec, write_spec
from toolchain.document import SpecError
from toolchain.generate import generate

HOSTILE_TEXTS = [
    '"""\nimport pwned\n"""',
    "'''\nimport pwned\n'''",
    '"; import pwned; "',
    "'; import pwned; '",
    "\\",
    '\\"""\nimport pwned #',
    "\\N{BULLET} \\x \\u \\U0011",
    "{{ pwned }} {% import pwned %} {# pwned #}",
    "{pwned} {0} %s",
    "# end\nimport pwned\n",
    "line\u2028import pwned\u2028",
    "\x1b[2J\x07",
]


AWKWARD_NAMES = ["class", "self", "import os", "__init__", "1st", "c'd", "UNSET", "Struct", "field", "é", "{x}", "%s"]
UNUSABLE_NAMES = ['a"b', "e\\f", "g\nh", "\x1b[2J", "i\u2028j"]


def hostile_spec(text: str) -> dict[str, Any]:
    """Return a spec with the text in every place that takes free text, and awkward names wherever a name stands."""
    document = small_spec()
    document["info"].update(title=text, description=text)
    thing = show(document)
    thing.update(summary=text, description=text)
    page = {"title": text, "updated": text, "language": text, "edition": text, "capture": text}
    thing.update({"x-page": page})
    for parameter in thing["parameters"]:
        parameter["description"] = text
    thing["parameters"] += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string", "pattern": "[\"'\\\\]"}}
        for name in AWKWARD_NAMES
        if name != "self"
    ]
    thing["responses"]["200"]["description"] = text
    schemas = document["components"]["schemas"]
    values = ["good", *AWKWARD_NAMES, *([text] if text.isprintable() else [])]
    schemas["Kind"].update({"enum": values, "x-enum-descriptions": [text] * len(values)})
    schemas["FakeResponse"]["description"] = text
    schemas["FakeResponse"]["properties"] |= {
        name: {"type": "string", "description": text, "default": text} for name in AWKWARD_NAMES
    }
    document["servers"] = [{"url": f"https://host/{text}", "x-regions": [text]}]
    return document


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package of a package for each of the texts."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, text in enumerate(HOSTILE_TEXTS):
        write_spec(folder / "specs", hostile_spec(text), f"text_{number}.yaml")
    generate(folder / "specs", folder / "hostile_api")
    return folder / "hostile_api"


@pytest.mark.parametrize("number", range(len(HOSTILE_TEXTS)))
def test_text_of_a_spec_cannot_become_code(number: int, hostile: Path) -> None:
    modules = sorted(hostile.glob(f"text_{number}/**/*.py"))
    assert len(modules) == 7, modules
    for module in modules:
        parsed = ast.parse(module.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(parsed) if isinstance(node, ast.Name)}
        imports = {
            alias.name
            for node in ast.walk(parsed)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not any("pwned" in name.lower() for name in imports)
        assert "pwned" not in names
        assert "\x1b" not in module.read_text(encoding="utf-8")


def test_what_is_generated_of_hostile_text_can_be_used(hostile: Path) -> None:
    packages = [f"text_{number}" for number in range(len(HOSTILE_TEXTS))]
    code = "".join(
        f"from hostile_api.{name} import Client, models\n"
        f"from hostile_api.{name}.api.things.show_thing import OPERATION\n"
        "print(OPERATION.build_request(models.ShowThingParameters(thing_id='1')).target, Client.show_thing.__name__)\n"
        for name in packages
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=hostile.parent, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("/things/1 show_thing\n" * len(packages), "")


@pytest.mark.parametrize("name", UNUSABLE_NAMES)
@pytest.mark.parametrize("kind", ["property", "parameter", "value"])
def test_a_name_that_cannot_be_written_is_refused(name: str, kind: str, tmp_path: Path) -> None:
    document = small_spec()
    if kind == "property":
        document["components"]["schemas"]["FakeResponse"]["properties"][name] = {"type": "string"}
    elif kind == "value":
        document["components"]["schemas"]["Kind"]["enum"].append(name + "\0")
    else:
        show(document)["parameters"].append({"name": name, "in": "query", "schema": {"type": "string"}})
    with pytest.raises(SpecError, match="can't be used") as caught:
        generate(write_spec(tmp_path / "specs", document), tmp_path / "cloudkeys_api")
    assert str(caught.value).isprintable()
