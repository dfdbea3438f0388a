"""Where repetitions are reported: by stamina's hooks, but not on standard output unless the program wants that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from stamina import instrumentation

from cloudkeys.errors import CloudkeysError

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails, RetryHook

_OF_STRUCTLOG = instrumentation.StructlogOnRetryHook.hook_factory.__module__
_LOG = instrumentation.LoggingOnRetryHook.hook_factory()
# Its warnings go where the program sends them, but not to the terminal of a program that set up no logging.
logging.getLogger("stamina").addHandler(logging.NullHandler())


def keep_off_standard_output() -> None:
    """Let no hook that stamina chose print a repetition of ours.

    Where structlog is installed, stamina reports through it; and structlog, until the program configures it, prints to
    standard output. Hooks that the program set, and what else it repeats with stamina, stay as they are.
    """
    hooks = instrumentation.get_on_retry_hooks()
    if any(_is_of_structlog(hook) for hook in hooks):
        instrumentation.set_on_retry_hooks(
            [_once_configured(hook) if _is_of_structlog(hook) else hook for hook in hooks]
        )


def _is_of_structlog(hook: RetryHook) -> bool:
    return getattr(hook, "__module__", "") == _OF_STRUCTLOG


def _once_configured(hook: RetryHook) -> RetryHook:
    import structlog  # noqa: PLC0415 - it's there, since the hook is

    def report(details: RetryDetails) -> object:
        is_ours = isinstance(details.caused_by, CloudkeysError)
        return (_LOG if is_ours and not structlog.is_configured() else hook)(details)

    return report  # type: ignore[return-value]
