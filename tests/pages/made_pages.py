"""Pages to write: two that were made by hand, and strategies for random ones."""

from __future__ import annotations

from typing import Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pages.model import Description, ErrorCode, Field, Page, Permission

COLOUR: Final = Description("Which colour it has.", values=("red", "sea-green", "blue"), default="red")
TOKEN: Final = Description("What opens the door.")
ALL_LAMPS: Final = Description("The lamps.")
COUNT: Final = Description("How many lamps a page has.", minimum=1, maximum=2_000, default=100)
LAMPS: Final = (
    Field("lamp_id", description=Description("Which lamp it is.")),
    Field("colour", description=COLOUR, example="red"),
    Field("watts", "double", Description("How much it takes."), example="1.5"),
    Field("tags", description=Description("What is written on it."), is_array=True),
)
BY_TABLES: Final = Page(
    parameters={
        "path": (Field("house_id", description=Description("Which house it is."), mandatory=True),),
        "query": (Field("limit", "integer", COUNT), Field("colour", description=COLOUR, mandatory=True)),
        "header": (Field("X-Lamp-Token", description=TOKEN, mandatory=True),),
        "body": (
            Field(
                "filter",
                "object",
                Description("What to leave out."),
                True,
                schema="LampFilter",
                fields=LAMPS[:1],
            ),
            Field("is_lit", "boolean", Description("Whether it is lit.")),
        ),
    },
    response=(
        Field("lamps", "object", Description("The lamps."), is_array=True, schema="Lamp", fields=LAMPS[1:]),
        Field(
            "page_info",
            "object",
            Description("Where the next page is."),
            fields=(Field("current_count", "long", Description("How many there are."), example=3),),
        ),
    ),
    error_fields=(Field("error_code", description=Description("Why it failed.")),),
    statuses=((200, "All is well."), (404, "No such house.")),
    errors=(ErrorCode(404, "LAMP.0404", "there is no such house", "The house was sold."),),
    permission=Permission("lamp:houses:list", "List", "house", "g:LampTag/<tag-key>"),
)
IN_ONE_TABLE: Final = Page(
    title="Lamp Centre:DescribeLampLeakList",
    operation_id="DescribeLampLeakList",
    parameters={
        "query": (
            Field("Colour", description=COLOUR, example="sea-green"),
            Field("PageSize", "integer", COUNT, True, example=20),
        )
    },
    response=(
        Field("RequestId", description=Description("Which request it was."), example="0A1B-2C"),
        Field(
            "LampList",
            "object",
            ALL_LAMPS,
            is_array=True,
            schema="LampData",
            fields=(
                Field("Hue", description=COLOUR, example="red"),
                Field("IsLit", "boolean", Description("Lit?"), example=True),
            ),
        ),
        Field("TotalCount", "long", Description("How many there are."), example=7),
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


def _description(kind: str) -> SearchStrategy[Description]:
    plain = st.sampled_from(_DESCRIPTIONS)
    if kind in {"integer", "long"}:
        numbers = st.tuples(st.integers(0, 50), st.integers(51, 999_999), st.none() | st.integers(0, 9_999))
        return plain | st.builds(
            lambda description, of: attrs.evolve(description, minimum=of[0], maximum=of[1], default=of[2]),
            plain,
            numbers,
        )
    values = st.lists(st.sampled_from(("lit", "unlit", "half-lit", "BROKEN", "Gone_1")), min_size=2, unique=True)
    if kind == "string":
        return plain | st.builds(lambda description, of: attrs.evolve(description, values=tuple(of)), plain, values)
    return plain


def _scalars(name: str) -> SearchStrategy[Field]:
    examples = {"string": "sample 1", "integer": 12, "long": 1_600_000_000_000, "boolean": True}
    return st.sampled_from(sorted(examples)).flatmap(
        lambda kind: st.builds(
            Field, st.just(name), st.just(kind), _description(kind), st.booleans(), st.just(examples[kind])
        )
    )


@st.composite
def _trees(draw: st.DrawFn, names: list[str], depth: int, *, with_schema: SearchStrategy[bool]) -> tuple[Field, ...]:
    fields: list[Field] = []
    for _ in range(draw(st.integers(1, 3))):
        name = names.pop()
        if depth and draw(st.booleans()):
            inner = draw(_trees(names, depth - 1, with_schema=with_schema))
            is_array = draw(st.booleans())
            schema = f"{name.title().replace('_', '')}Data" if is_array or draw(with_schema) else None
            fields.append(
                Field(name, "object", draw(st.sampled_from(_DESCRIPTIONS)), False, None, is_array, schema, inner)
            )
        else:
            fields.append(draw(_scalars(name)))
    return tuple(fields)


def _names(form: str) -> list[str]:
    return [form.format(word, number) for number in range(9) for word in _WORDS]


@st.composite
def pages_by_tables(draw: st.DrawFn) -> Page:
    """Draw pages with a table for each object."""
    names = draw(st.permutations(_names("{}_{}")))
    parameters = {
        place: tuple(draw(_scalars(names.pop())) for _ in range(draw(st.integers(1, 2))))
        for place in ("query", "header")
    }
    parameters["header"] = tuple(
        attrs.evolve(field, name=f"X-{field.name.replace('_', '-')}") for field in parameters["header"]
    )
    parameters["path"] = (Field("house_id", mandatory=draw(st.booleans())),)
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
    names = [name.title() for name in draw(st.permutations(_names("{}{}")))]
    return Page(
        title="Lamp Centre:DescribeLamps",
        operation_id="DescribeLamps",
        parameters={"query": tuple(draw(_scalars(names.pop())) for _ in range(draw(st.integers(1, 3))))},
        response=draw(_trees(names, 2, with_schema=st.just(value=False))),
        errors=(ErrorCode(400, "InvalidParameter", "wrong colour."), ErrorCode(500, "InnerError", "out of lamps")),
    )
