"""Pages to write: two that were made by hand, and strategies for random ones."""

from __future__ import annotations

from typing import Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pages.model import Description, ErrorCode, Field, Page, Permission

COLOUR: Final = Description("Which colour it has.", values=("red", "sea-green", "blue"), default="red")
COUNT: Final = Description("How many lamps a page has.", minimum=1, maximum=2_000, default=100)
LAMPS: Final = (
    Field("colour", description=COLOUR, example="red"),
    Field("watts", "double", Description("How much it takes."), example="1.5"),
    Field("tags", is_array=True),
)
PAGE_INFO: Final = (Field("current_count", "long", example=3),)
BY_TABLES: Final = Page(
    parameters={
        "path": (Field("house_id", mandatory=True),),
        "query": (Field("limit", "integer", COUNT), Field("colour", description=COLOUR, mandatory=True)),
        "header": (Field("X-Lamp-Token", mandatory=True),),
        "body": (
            Field("filter", "object", mandatory=True, schema="LampFilter", fields=(Field("lamp_id"),)),
            Field("is_lit", "boolean"),
        ),
    },
    response=(
        Field("lamps", "object", is_array=True, schema="Lamp", fields=LAMPS),
        Field("page_info", "object", fields=PAGE_INFO),
    ),
    error_fields=(Field("error_code"),),
    statuses=((200, "All is well."), (404, "No such house.")),
    errors=(ErrorCode(404, "LAMP.0404", "there is no such house", "The house was sold."),),
    permission=Permission("lamp:houses:list", "List", "house", "g:LampTag/<tag-key>"),
)
LAMP_DATA: Final = (
    Field("Hue", description=COLOUR, example="red"),
    Field("IsLit", "boolean", Description("Lit?"), example=True),
)
IN_ONE_TABLE: Final = Page(
    title="Lamp Centre:DescribeLampLeakList",
    operation_id="DescribeLampLeakList",
    parameters={
        "query": (
            Field("Colour", description=COLOUR, example="sea-green"),
            Field("PageSize", "integer", COUNT, mandatory=True, example=20),
        )
    },
    response=(
        Field("RequestId", example="0A1B-2C"),
        Field("LampList", "object", is_array=True, schema="LampData", fields=LAMP_DATA),
        Field("TotalCount", "long", example=7),
    ),
    errors=(
        ErrorCode(400, "NoPermission", "no permission"),
        ErrorCode(403, "LampNotFound", "the lamp is gone.", "Look elsewhere."),
    ),
    permission=Permission("lamps:DescribeLampLeakList", "get", "LampHouse", "lamps:Colour"),
)

_DESCRIPTIONS: Final = (
    Description("Which of them is meant."),
    Description("Name of the lamp, as a person gave it; any text."),
    Description("Whether someone is at home (or was, yesterday)."),
)
_WORDS: Final = ("lamp", "house", "door", "roof", "wall", "garden", "stair", "kitchen", "cellar", "window", "floor")


_EXAMPLES: Final = {"string": "sample 1", "integer": 12, "long": 1_600_000_000_000, "boolean": True}
_VALUES: Final = st.lists(st.sampled_from(("lit", "unlit", "half-lit", "BROKEN", "Gone_1")), min_size=2, unique=True)


@st.composite
def _scalars(draw: st.DrawFn, name: str) -> Field:
    kind, description = draw(st.sampled_from(sorted(_EXAMPLES))), draw(st.sampled_from(_DESCRIPTIONS))
    if kind in {"integer", "long"} and draw(st.booleans()):
        low, high, default = draw(st.integers(0, 50)), draw(st.integers(51, 999_999)), draw(st.integers(0, 9_999))
        description = attrs.evolve(description, minimum=low, maximum=high, default=default)
    elif kind == "string" and draw(st.booleans()):
        description = attrs.evolve(description, values=tuple(draw(_VALUES)))
    return Field(name, kind, description, draw(st.booleans()), _EXAMPLES[kind])


@st.composite
def _trees(draw: st.DrawFn, names: list[str], depth: int, *, with_schema: SearchStrategy[bool]) -> tuple[Field, ...]:
    fields: list[Field] = []
    for _ in range(draw(st.integers(1, 3))):
        name = names.pop()
        if depth and draw(st.booleans()):
            inner = draw(_trees(names, depth - 1, with_schema=with_schema))
            is_array = draw(st.booleans())
            schema = f"{name.title().replace('_', '')}Data" if is_array or draw(with_schema) else None
            fields.append(Field(name, "object", is_array=is_array, schema=schema, fields=inner))
        else:
            fields.append(draw(_scalars(name)))
    return tuple(fields)


def _names(form: str) -> list[str]:
    return [form.format(word, number) for number in range(9) for word in _WORDS]


@st.composite
def pages_by_tables(draw: st.DrawFn) -> Page:
    """Draw pages with a table for each object."""
    names = _names("{}_{}")
    parameters = {
        "path": (Field("house_id", mandatory=draw(st.booleans())),),
        "query": tuple(draw(_scalars(names.pop())) for _ in range(draw(st.integers(1, 2)))),
        "header": (draw(_scalars("X-Lamp-Token")),),
    }
    if draw(st.booleans()):
        parameters["body"] = draw(_trees(names, 1, with_schema=st.booleans()))
    codes = draw(st.sets(st.sampled_from((400, 401, 403, 404, 500, 504)), max_size=2))
    return Page(
        parameters=parameters,
        response=draw(_trees(names, 2, with_schema=st.booleans())),
        error_fields=tuple(draw(_scalars(names.pop())) for _ in range(2)),
        statuses=((200, "Good."), *((code, f"Not good: {code}.") for code in sorted(codes))),
    )


@st.composite
def pages_in_one_table(draw: st.DrawFn) -> Page:
    """Draw pages with all rows of the response in one table."""
    names = [name.title() for name in _names("{}{}")]
    return Page(
        title="Lamp Centre:DescribeLamps",
        operation_id="DescribeLamps",
        parameters={"query": tuple(draw(_scalars(names.pop())) for _ in range(draw(st.integers(1, 3))))},
        response=draw(_trees(names, 2, with_schema=st.just(value=False))),
        errors=(ErrorCode(400, "InvalidParameter", "wrong colour."), ErrorCode(500, "InnerError", "out of lamps")),
    )
