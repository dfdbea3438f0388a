"""Reports of retries: by stamina's hooks, but not to standard output unless the program configures that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from stamina import instrumentation

from cloudkeys.errors import CloudkeysError

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails, RetryHook

_OF_STRUCTLOG = instrumentation.StructlogOnRetryHook.hook_factory.__module__
_LOG = instrumentation.LoggingOnRetryHook.hook_factory()
# Warnings go to the handlers of the program, but not to the terminal if the program hasn't configured logging.
logging.getLogger("stamina").addHandler(logging.NullHandler())


def keep_off_standard_output() -> None:
    """Keep stamina's default hook from printing our retries.

    If structlog is installed, stamina reports retries with it, and structlog prints to standard output until the
    program configures it. The program's own hooks and retries are not affected.
    """
    hooks = instrumentation.get_on_retry_hooks()
    if any(_is_of_structlog(hook) for hook in hooks):
        instrumentation.set_on_retry_hooks(
            [_once_configured(hook) if _is_of_structlog(hook) else hook for hook in hooks]
        )


def _is_of_structlog(hook: RetryHook) -> bool:
    return getattr(hook, "__module__", "") == _OF_STRUCTLOG


def _once_configured(hook: RetryHook) -> RetryHook:
    import structlog  # noqa: PLC0415 - installed, since the hook exists

    def report(details: RetryDetails) -> object:
        is_ours = isinstance(details.caused_by, CloudkeysError)
        return (_LOG if is_ours and not structlog.is_configured() else hook)(details)

    return report  # type: ignore[return-value]
