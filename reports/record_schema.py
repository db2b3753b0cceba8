"""The record's JSON Schema, as published; `python -m reports.record_schema` writes it anew."""

import json
from pathlib import Path

from fixtures.core.record import RunRecord

SCHEMA_FILE = Path(__file__).with_name("record.schema.json")


def schema_text() -> str:
    """The schema of record.json, JSON Schema 2020-12."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **RunRecord.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=1) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
