"""Readers of the vendors' credentials files: bounded, and compatible with the vendors' own tools."""

from __future__ import annotations

import codecs
import functools
import io
import os
import stat
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cloudkeys.auth.sources import UnusableError

if TYPE_CHECKING:
    from configparser import ConfigParser
    from pathlib import Path

MAX_BYTES: Final = 1024 * 1024
"""The limit on the size of a file; hundreds of profiles take a fraction of it."""
_BYTE_ORDER_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class CliConfig(msgspec.Struct):
    """The configuration file of Alibaba Cloud's CLI.

    Attributes:
        current: The name of the default profile.
        profiles: The profiles.
    """

    current: str | None = None
    profiles: list[dict[str, Any]] = []


def read_ini(file: Path) -> dict[str, dict[str, str]]:
    """Read the sections of an INI file with `configparser`, as both vendors' SDKs do.

    A value with a `%` that can't be interpolated stays unchanged.

    Args:
        file: The file.

    Raises:
        OSError: The file can't be opened.
        UnusableError: The file can't be parsed.
    """
    return _parse_ini(file, *_file_version(file))


def read_cli_config(file: Path) -> CliConfig:
    """Read the configuration file of Alibaba Cloud's CLI; raises the same errors as `read_ini`."""
    return _parse_cli_config(file, *_file_version(file))


def _file_version(file: Path) -> tuple[int, int, int]:
    """Return a cache key that changes with the file, so that rotated credentials take effect at once."""
    status = file.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


@functools.lru_cache(maxsize=8)
def _parse_ini(file: Path, *_version: int) -> dict[str, dict[str, str]]:
    import configparser  # noqa: PLC0415 - most programs never read these files

    parser = configparser.ConfigParser()
    try:
        # Not `read_string`: the SDKs read a text file, which accepts every kind of line break.
        parser.read_file(io.TextIOWrapper(io.BytesIO(_read(file)), encoding="utf-8"))
    except configparser.Error as error:
        # Not chained: the parser's message quotes the line.
        raise UnusableError(f"can't be parsed ({type(error).__name__})") from None
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
def _parse_cli_config(file: Path, *_version: int) -> CliConfig:
    try:
        return msgspec.json.decode(_read(file), type=CliConfig)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnusableError(f"can't be parsed ({type(error).__name__})") from None


def _read(file: Path) -> bytes:
    """Return the content of a UTF-8 file; a pipe doesn't block, and an endless file doesn't exhaust the memory."""
    with open(file, "rb", opener=_open_without_waiting) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise UnusableError("it is a pipe or a device, not a file that can be read again")
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnusableError(f"it is larger than {MAX_BYTES} bytes")
    if content.startswith(_BYTE_ORDER_MARKS):
        raise UnusableError("it begins with a byte order mark: save it as UTF-8 without one")
    try:
        content.decode()
    except UnicodeDecodeError:
        raise UnusableError("it isn't UTF-8") from None
    return content


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
