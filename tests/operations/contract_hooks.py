"""What schemathesis cannot read in the OpenAPI document: a body of `application/x-ndjson` is one JSON value a line.

Lines are made from the schema `BatchLine`, with broken ones among them, and a check holds each answer against its line.
`ASAFLEX_DOCUMENT` names the file that holds the OpenAPI document.
"""

import json
import os
from datetime import date

import schemathesis
from hypothesis import strategies as st
from jsonschema_rs import validator_for

with open(os.environ["ASAFLEX_DOCUMENT"], encoding="utf-8") as document:
    DOCUMENT = json.load(document)
COMPONENTS = DOCUMENT["components"]
EXAMPLE = DOCUMENT["paths"]["/v1/screenings/batch"]["post"]["requestBody"]["content"]["application/x-ndjson"]["example"]


def named(schema):
    return validator_for({"$ref": f"#/components/schemas/{schema}", "components": COMPONENTS}, validate_formats=True)


LINE, ANSWER = named("BatchLine"), named("BatchAnswer")


# Days that any date of a request may have; others are drawn on purpose, as a broken line.
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)
schemathesis.openapi.format("date", DAYS)


def fact(schema):
    """Values that the schema of a fact allows."""
    kind = schema["type"][0]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "boolean":
        return st.sampled_from([True, False, None])
    if kind == "integer":
        return st.none() | st.integers(schema["minimum"], schema["maximum"])
    if kind == "array":
        return st.none() | st.lists(st.sampled_from(schema["items"]["enum"]), max_size=3)
    if schema.get("format") == "date":
        return st.none() | DAYS
    return st.none() | st.from_regex(schema["pattern"].replace("$", r"\Z"), alphabet=st.characters(codec="ascii"))


FACTS = st.fixed_dictionaries({}, optional={name: fact(schema) for name, schema in COMPONENTS["schemas"]["Facts"]["properties"].items()})
GOOD = st.fixed_dictionaries(
    {},
    optional={
        "ref": st.none() | st.from_regex(r"\A[A-Za-z0-9._-]{1,64}\Z", alphabet=st.characters(codec="ascii")),
        "asOf": st.none() | st.dates().map(str),
        "facts": st.none() | FACTS,
    },
).map(lambda line: json.dumps(line).encode())
BROKEN = st.binary(max_size=64) | st.text(max_size=64).map(str.encode)
ANY_DAY = st.dates().map(lambda day: json.dumps({"facts": {"entryDate": str(day)}}).encode())
BODY = st.just(EXAMPLE.encode()) | st.lists(GOOD | BROKEN | ANY_DAY, min_size=1, max_size=12).map(b"\n".join)

schemathesis.openapi.media_type("application/x-ndjson", BODY)


@schemathesis.hook
def before_load_schema(_, schema):
    """The example of the body is text, which is not sent where bodies are made here; it is one of these bodies instead."""
    del schema["paths"]["/v1/screenings/batch"]["post"]["requestBody"]["content"]["application/x-ndjson"]["example"]


@schemathesis.serializer("application/x-ndjson")
def lines(_, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def valid(line):
    """Whether a line is one that the schema allows; a key that stands twice is refused though a schema cannot see it."""

    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    try:
        return LINE.is_valid(json.loads(line, object_pairs_hook=once))
    except ValueError:
        return False


@schemathesis.check
def every_line_is_answered(_, response, case):
    """One answer a line, in order, of the promised form; a line that the schema allows gets a result."""
    body = response.request.body
    if case.path != "/v1/screenings/batch" or response.status_code != 200:
        return
    body = body.encode() if isinstance(body, str) else body or b""
    sent = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip(b" \t\r\x0c")]
    answers = [json.loads(line) for line in response.content.decode("utf-8").splitlines()]
    assert [answer["line"] for answer in answers] == [number for number, _ in sent], "answers and lines differ"
    for (number, line), answer in zip(sent, answers):
        assert ("result" in answer) != ("problem" in answer), f"line {number}: neither or both"
        assert "result" in answer or not valid(line), f"line {number} is allowed by the schema and was refused: {answer}"
        assert "problem" in answer or valid(line), f"line {number} is not allowed by the schema and was answered"
        # `include` leaves sections out of the result; its form is the same as that of one screening, which is checked there.
        if "problem" in answer:
            ANSWER.validate(answer)
