"""Read specs; report everything wrong with them in one error."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SPECS = Path(__file__).parents[1]
_PACKAGE_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Document = dict[str, Any]


def escaped(text: str, kept: str = "") -> str:
    """Return a text with its non-printable characters escaped, except those in `kept`: it can't control a terminal."""
    return "".join(one if one.isprintable() or one in kept else ascii(one)[1:-1] for one in text)


class Problem(NamedTuple):
    """One thing that is wrong with a spec.

    Attributes:
        file: The spec, or the folder of specs.
        pointer: The location in the file: a JSON pointer that begins with `#`, or a line number.
        message: What is wrong, and what is expected.
    """

    file: Path
    pointer: str
    message: str

    def __str__(self) -> str:
        """Return the problem on one line, with non-printable characters escaped."""
        return escaped(f"{self.file.parent.name}/{self.file.name}: {self.pointer}: {self.message}")


class SpecError(Exception):
    """The specs are wrong.

    Attributes:
        problems: All problems found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Combine the problems in one error."""
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LocatedOperation(NamedTuple):
    """An operation and its location in the spec.

    Attributes:
        path: The key of its path item.
        method: Its HTTP method, in lower case.
        pointer: Its JSON pointer.
        operation: The operation object.
    """

    path: str
    method: str
    pointer: str
    operation: Document


def pointer(*tokens: object) -> str:
    """Return the JSON pointer made of the tokens, as a URI fragment without percent-encoding."""
    return extend_pointer("#", *tokens)


def extend_pointer(where: str, *tokens: object) -> str:
    """Return a JSON pointer extended by the tokens."""
    return where + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def tokens_of(where: str) -> list[str]:
    """Return the tokens of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in where.removeprefix("#").split("/")[1:]]


def at_pointer(document: Any, where: str) -> Any:
    """Return the value at a JSON pointer.

    Raises:
        LookupError, TypeError, ValueError: There is no value.
    """
    for token in tokens_of(where):
        document = document[int(token) if isinstance(document, list) else token]
    return document


def resolved(document: Document, schema: Document) -> Document:
    """Return a schema with its `$ref`, if any, resolved."""
    return cast("Document", at_pointer(document, schema["$ref"])) if "$ref" in schema else schema


def operations(document: Document) -> Iterator[LocatedOperation]:
    """Yield every operation of a spec, in the order of the file."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield LocatedOperation(path, method, pointer("paths", path, method), item[method])


def spec_files(folder: Path) -> list[Path]:
    """Return the specs of a folder, by name.

    Raises:
        SpecError: There is no spec, or a file name is not a valid package name.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise SpecError([Problem(folder, "#", "no specs here: expected at least one *.yaml file")])
    check_names(files)
    return files


def check_names(files: Iterable[Path]) -> None:
    """Raise a SpecError if the name of a spec is not a valid package name."""
    wrong = [file for file in files if not _PACKAGE_NAME.match(file.stem) or keyword.iskeyword(file.stem)]
    if wrong:
        message = "the name must be lower-case words joined by underscores, since it names a Python package"
        raise SpecError(Problem(file, "#", message) for file in wrong)


def load(file: Path) -> Document:
    """Read one spec.

    Raises:
        SpecError: It isn't YAML, repeats a key, or isn't an object with paths.
    """
    try:
        document: object = YAML(typ="safe").load(file)
    except MarkedYAMLError as error:
        place = "#" if error.problem_mark is None else f"line {error.problem_mark.line + 1}"
        raise SpecError([Problem(file, place, f"not readable as YAML: {error.problem or error.context}")]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise SpecError([Problem(file, "#", f"not readable as YAML: {error}")]) from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise SpecError([Problem(file, "#/paths", "not an OpenAPI document: it has no paths object")])
    try:
        problems = [Problem(file, place, message) for place, message in _not_json(document)]
    except RecursionError:
        problems = [Problem(file, "#", "nested too deeply, or an alias that contains itself")]
    if problems:
        raise SpecError(problems)
    return cast("Document", document)


def _not_json(node: object, *place: object) -> Iterator[tuple[str, str]]:
    """Yield dates and keys that aren't strings: YAML has both, JSON has neither."""
    if isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(key, str):
                yield pointer(*place, key), f"the key {key!r} must be a string: put it in quotes"
            yield from _not_json(value, *place, key)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _not_json(value, *place, index)
    elif node is not None and not isinstance(node, str | int | float | bool):
        yield pointer(*place), f"{node} is read as a {type(node).__name__}: put it in quotes"
