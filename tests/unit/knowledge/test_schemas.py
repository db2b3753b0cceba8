"""The schemas of structured output fit the answers of their prompts."""

import pytest
from jsonschema import Draft202012Validator

from fixtures.knowledge.prompts import ToolCase, tool_cases
from fixtures.knowledge.schemas import SchemaCase, schema_case, schema_cases

CASES = list(schema_cases().values())


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_answer_obeys_schema(case: SchemaCase) -> None:
    """The answer of each prompt is an instance of its schema."""
    Draft202012Validator.check_schema(dict(case.schema))
    Draft202012Validator(dict(case.schema)).validate(case.value)


@pytest.mark.parametrize("case", tool_cases(), ids=[case.id for case in tool_cases()])
def test_tools_are_schemas(case: ToolCase) -> None:
    """The parameters of each tool are a JSON Schema, which the judge of calls takes for granted."""
    for tool in case.as_tools():
        Draft202012Validator.check_schema(tool["function"]["parameters"])


def test_unknown_case_lists_the_known() -> None:
    """A case that is not there is a KeyError that lists those that are."""
    with pytest.raises(KeyError, match="person"):
        schema_case("nobody")
