"""Generated methods: signature, annotations, docstring and request of each operation, sync and async."""

from __future__ import annotations

import inspect
import re
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import attrs
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
def test_a_signature_has_the_arguments_that_the_caller_decides(method: Method) -> None:
    sync, asynchronous = (inspect.signature(function).parameters for function in method.both)
    assert sync == asynchronous
    # The client knows the project, and the pager sets the marker.
    module = next(value for value in vars(import_module(method.both[0].__module__)).values() if is_of(method, value))
    known = {*attrs.fields_dict(method.package.Client)}
    step = {module.PAGING.step} if hasattr(module, "PAGING") else set[str]()
    given = set(inspect.signature(module.OPERATION.parameters).parameters) - known - step
    assert set(sync) == {"self"} | given | ({"resume"} if step else set())
    for parameter in sync.values():
        is_required = parameter.default is parameter.empty
        assert parameter.kind is (parameter.POSITIONAL_OR_KEYWORD if is_required else parameter.KEYWORD_ONLY)


def is_of(method: Method, value: object) -> bool:
    name: str = getattr(getattr(value, "OPERATION", None), "name", "")
    return bool(name == method.operation["operationId"])


@METHOD
def test_annotations_are_types(method: Method) -> None:
    for function, listing in zip(method.both, (Listing, AsyncListing), strict=True):
        hints = inspect.get_annotations(function, eval_str=True)
        assert hints.keys() == inspect.signature(function).parameters.keys() - {"self"} | {"return"}
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
def test_a_client_of_another_api_is_refused(driver: Driver) -> None:
    service = Service()
    right = driver.huawei(service, **PROJECT)
    other = (Huawei if driver.is_async else AsyncHuawei)(region="cn-north-4", **PROJECT)
    call: Any = list_secrets.asyncio if driver.is_async else list_secrets.sync
    needed = f"cloudkeys_api.huawei_csms.{'AsyncClient' if driver.is_async else 'Client'}"
    for wrong in (right.iam_v5, other.csms, right, None):
        message = re.escape(f"ListSecrets needs a {needed}, not a {type(wrong).__module__}.{type(wrong).__name__}")
        with pytest.raises(TypeError, match=f"^{message}$"):
            driver.run(partial(call, wrong, project_id="p"))
    assert service.requests == []


@over_mock
def test_a_missing_or_unknown_parameter_of_an_operation_is_refused(driver: Driver) -> None:
    huawei = driver.huawei(Service(), **PROJECT)
    call: Any = list_secrets.asyncio if driver.is_async else list_secrets.sync
    for parameters in ({}, {"project_id": "p", "event": "e"}):
        with pytest.raises(TypeError, match="argument"):
            driver.run(partial(call, huawei.csms, **parameters))
    with pytest.raises(ParameterError, match="project_id"):
        driver.run(lambda: call(huawei.csms, project_id=None))
