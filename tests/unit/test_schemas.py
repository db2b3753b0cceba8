"""The schemas of structured output fit the answers of their prompts."""

import pytest
from jsonschema import Draft202012Validator

from fixtures.knowledge.schemas import SchemaCase, schema_case, schema_cases

CASES = list(schema_cases().values())


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_answer_obeys_schema(case: SchemaCase) -> None:
    """The answer of each prompt is an instance of its schema."""
    Draft202012Validator.check_schema(dict(case.schema))
    Draft202012Validator(dict(case.schema)).validate(case.value)


def test_unknown_case_lists_the_known() -> None:
    """A case that is not there is a KeyError that lists those that are."""
    with pytest.raises(KeyError, match="person"):
        schema_case("nobody")
