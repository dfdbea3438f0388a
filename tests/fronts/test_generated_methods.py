"""Generated methods: signature, annotations, docstring and request of each operation, sync and async."""

from __future__ import annotations

import inspect
import re
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from cloudkeys import AsyncHuawei, AsyncListing, Huawei, Listing
from cloudkeys.errors import ParameterError
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from driver import Driver, over_mock
from runtime.services import KEY, Service
from specs import DOCUMENTS
from toolchain.checks import module_name
from toolchain.document import Document, operations


class Method(NamedTuple):
    """One operation of a spec, and the two methods that call it."""

    package: Any
    name: str
    operation: Document

    @property
    def both(self) -> list[Any]:
        return [getattr(kind, self.name) for kind in (self.package.Client, self.package.AsyncClient)]


PROJECT: dict[str, Any] = {"credentials": KEY, "project_id": "p"}
METHODS = {
    f"{spec}.{place.operation['operationId']}": Method(
        import_module(f"cloudkeys_api.{spec}"), module_name(place)[1], place.operation
    )
    for spec, document in DOCUMENTS.items()
    for place in operations(document)
}
METHOD = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@METHOD
def test_a_signature_has_types_and_needs_names_for_what_may_be_left_out(method: Method) -> None:
    sync, asynchronous = (inspect.signature(function).parameters for function in method.both)
    assert sync == asynchronous
    assert ("resume" in sync) == ("x-paging" in method.operation)
    for parameter in sync.values():
        is_required = parameter.default is parameter.empty
        assert parameter.kind is (parameter.POSITIONAL_OR_KEYWORD if is_required else parameter.KEYWORD_ONLY)
    for function, listing in zip(method.both, (Listing, AsyncListing), strict=True):
        hints = inspect.get_annotations(function, eval_str=True)
        assert hints.keys() == sync.keys() - {"self"} | {"return"}
        if "x-paging" in method.operation:
            assert hints["return"].__origin__ is listing
        else:
            assert inspect.iscoroutinefunction(function) is (listing is AsyncListing)


@METHOD
def test_a_docstring_has_summary_arguments_result_and_errors(method: Method) -> None:
    sync, asynchronous = (inspect.getdoc(function) or "" for function in method.both)
    assert sync == asynchronous
    assert sync.splitlines()[0] == f"{method.operation['summary'].removesuffix('.')}."
    sections = dict(re.findall(r"^(Args|Returns|Raises):\n((?: {4}.*\n?)+)", sync, re.MULTILINE))
    returns = {"Returns"} if inspect.signature(method.both[0]).return_annotation is not None else set[str]()
    assert sections.keys() == {"Args", "Raises"} | returns
    documented = re.findall(r"^ {4}(\w+): \S", sections["Args"], re.MULTILINE)
    assert documented == [name for name in inspect.signature(method.both[0]).parameters if name != "self"]
    assert "Source: " in " ".join(sync.split())


@over_mock
def test_an_operation_refuses_the_client_of_another_api_and_unknown_parameters(driver: Driver) -> None:
    service = Service()
    right = driver.huawei(service, **PROJECT)
    other = (Huawei if driver.is_async else AsyncHuawei)(region="cn-north-4", **PROJECT)
    call: Any = list_secrets.asyncio if driver.is_async else list_secrets.sync
    needed = f"cloudkeys_api.huawei_csms.{'AsyncClient' if driver.is_async else 'Client'}"
    for wrong in (right.iam_v5, other.csms, right, None):
        message = f"ListSecrets needs a {needed}, not a {type(wrong).__module__}.{type(wrong).__name__}"
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            driver.run(partial(call, wrong, project_id="p"))
    for parameters in ({}, {"project_id": "p", "event": "e"}):
        with pytest.raises(TypeError, match="argument"):
            driver.run(partial(call, right.csms, **parameters))
    with pytest.raises(ParameterError, match="project_id"):
        driver.run(lambda: call(right.csms, project_id=None))
    assert service.requests == []
