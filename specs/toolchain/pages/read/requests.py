"""Reads the method, path, host and operation name in a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.text import PLAIN
from toolchain.pages.read.words import REQUEST_LINE

if TYPE_CHECKING:
    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.outline import Text

_IN_SAMPLE: Final = re.compile(r"\b([A-Z][a-z]+[A-Z]\w{1,80})Request\(\)")
_PLACEHOLDERS: Final = re.compile(r"(?<=/)(?:\[(\w{1,60})\]|:(\w{1,60})|<(\w{1,60})>|\$\{(\w{1,60})\})")
"""The forms of a parameter in a path, in addition to braces."""
_OF_REQUEST: Final = frozenset({"request", "request example"})
_NO_OPERATION: Final = frozenset({"request example", "response example", "error example", "code", "end"})


def read_request(block: Text, section: str, found: Collected) -> bool:
    """Add what a line states about the request; return whether it states anything.

    Args:
        block: The line.
        section: The section that it is in.
        found: The facts so far.
    """
    lines = (block.line, block.line)
    line = REQUEST_LINE.match(block.text)
    if line is not None and "://" in line[2] and (section != "uri" or "operation" in found.facts):
        if section in _OF_REQUEST:
            found.add("server", lines, host="/".join(line[2].split("/")[:3]))
        return section in {*_OF_REQUEST, "uri"}
    if section == "code":
        sample = _IN_SAMPLE.search(block.text)
        if sample is not None:
            found.add("operation id", lines, operationId=sample[1])
        return sample is not None
    is_whole = line is not None and block.text[line.end() :].strip() in {"", "HTTP/1.1"}
    if line is None or section in _NO_OPERATION or not (section == "uri" or (is_whole and block.kind != PLAIN)):
        return False
    path = _PLACEHOLDERS.sub(lambda one: "{" + next(filter(None, one.groups())) + "}", line[2].split("?")[0])
    found.add("operation", lines, method=line[1], path=path)
    return True
