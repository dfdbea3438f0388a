"""Every leaf of a spec stands where its pointer says, whatever the names in the spec are."""

from __future__ import annotations

from typing import Any

import pytest

from toolchain.document import at_pointer, extend_pointer, pointer, tokens_of
from toolchain.pages.prove.spec_facts import leaves

NAMES = ("plain", "a/b", "a~b", "~1", "/", "", "a b")


def document(name: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {name: {"type": "string"}}}
    content = {"application/json": {"schema": schema, "examples": {name: {"value": {}}}}}
    answer = {"headers": {name: {"schema": {"type": "string"}}}, "content": content}
    return {"paths": {"/": {"get": {"operationId": "Do", "responses": {"200": answer}}}}}


@pytest.mark.parametrize("name", NAMES)
def test_a_leaf_stands_where_its_pointer_says(name: str) -> None:
    made = document(name)
    found = leaves(made, "Do")
    answer = made["paths"]["/"]["get"]["responses"]["200"]
    body = answer["content"]["application/json"]
    assert at_pointer(made, found[f"response-header 200 {name}"].pointer) is answer["headers"][name]
    assert at_pointer(made, found["example 200"].pointer) is body["examples"][name]
    assert at_pointer(made, found[f"200 {name}"].pointer) is body["schema"]["properties"][name]


@pytest.mark.parametrize("name", NAMES)
def test_a_pointer_leads_back_to_its_tokens(name: str) -> None:
    assert tokens_of(pointer("paths", name, 1)) == ["paths", name, "1"]
    assert extend_pointer(pointer("paths"), name, 1) == pointer("paths", name, 1)


@pytest.mark.parametrize(("status", "place"), [("200", "200 id"), ("4XX", "4XX id"), ("default", "default id")])
def test_a_field_of_a_body_comes_after_a_space(status: str, place: str) -> None:
    made = document("id")
    responses = made["paths"]["/"]["get"]["responses"]
    responses[status] = responses.pop("200")
    assert place in leaves(made, "Do")
