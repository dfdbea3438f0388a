"""Reading the vendors' files of credentials: within bounds, and as the vendors' own tools parse them."""

from __future__ import annotations

import codecs
import functools
import io
import os
import stat
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cloudkeys.auth.places import UnusableError

if TYPE_CHECKING:
    from configparser import ConfigParser
    from pathlib import Path

LARGEST: Final = 1024 * 1024
"""Bytes of a file: many times what hundreds of profiles take."""
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class CliConfig(msgspec.Struct):
    """The file of Alibaba Cloud's command line.

    Attributes:
        current: The name of the profile that is used where nobody names one.
        profiles: The profiles.
    """

    current: str | None = None
    profiles: list[dict[str, Any]] = []


def ini_sections(file: Path) -> dict[str, dict[str, str]]:
    """Return the sections of an INI file, as Python's `configparser` reads them, which both vendors' SDKs use.

    Where a `%` can't be interpolated, the value stays as it is.

    Args:
        file: The file.

    Raises:
        OSError: The file can't be opened.
        UnusableError: It can't be read.
    """
    return _parsed_ini(file, *_version(file))


def cli_config(file: Path) -> CliConfig:
    """Return the file of Alibaba Cloud's command line; raises as `ini_sections` does."""
    return _parsed_cli_config(file, *_version(file))


def _version(file: Path) -> tuple[int, int, int]:
    """Return what tells a changed file from the one that was parsed: rotated credentials are seen at once."""
    status = file.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


@functools.lru_cache(maxsize=8)
def _parsed_ini(file: Path, *_version: int) -> dict[str, dict[str, str]]:
    import configparser  # noqa: PLC0415 - most programs have their keys elsewhere

    parser = configparser.ConfigParser()
    try:
        # Not `read_string`: the SDKs read a text file, in which every kind of line break counts.
        parser.read_file(io.TextIOWrapper(io.BytesIO(_read(file)), encoding="utf-8"))
    except configparser.Error as error:
        # Not chained: its message repeats the line.
        raise UnusableError(f"not readable ({type(error).__name__})") from None
    return {
        section: {name: _value(parser, section, name) for name in parser.options(section)}
        for section in parser.sections()
    }


def _value(parser: ConfigParser, section: str, name: str) -> str:
    from configparser import InterpolationError  # noqa: PLC0415 - as above

    try:
        return parser.get(section, name)
    except InterpolationError:
        return parser.get(section, name, raw=True)


@functools.lru_cache(maxsize=8)
def _parsed_cli_config(file: Path, *_version: int) -> CliConfig:
    try:
        return msgspec.json.decode(_read(file), type=CliConfig)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnusableError(f"not readable ({type(error).__name__})") from None


def _read(file: Path) -> bytes:
    """Return what a file has, if it is UTF-8; a pipe doesn't block, and a file without an end takes no more memory."""
    with open(file, "rb", opener=_open_without_waiting) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise UnusableError("it is a pipe or a device, and not a file that each attempt can read")
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnusableError(f"it has more than {LARGEST} bytes")
    if content.startswith(_MARKS):
        raise UnusableError("it begins with a byte order mark: save it as UTF-8 without one")
    try:
        content.decode()
    except UnicodeDecodeError:
        raise UnusableError("it isn't UTF-8") from None
    return content


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
