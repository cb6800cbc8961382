"""What may an editor offer while a source file is written? The JSON Schema of a source, made from the types.

It describes shape only; units, formulas and links between entries are checked by the reader.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from ketsim.evidence.source import Source

#: Where the schema lies, for editors to point at.
SCHEMA_FILE: Final = Path(__file__).parent / "source.schema.json"


def source_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a source file."""
    schema: dict[str, Any] = _without_computed(Source.model_json_schema(by_alias=True, mode="validation"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "A ketsim source file"}


def schema_text() -> str:
    """The schema as it lies in the file."""
    return json.dumps(source_schema(), indent=1, ensure_ascii=False) + "\n"


def _without_computed(node: Any) -> Any:
    """The schema without what the reader fills in by itself."""
    if isinstance(node, list):
        return [_without_computed(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _without_computed(item) for key, item in node.items() if key != "properties"}
    if "properties" in node:
        written = {name: item for name, item in node["properties"].items() if not item.get("computed")}
        kept["properties"] = {name: _without_computed(item) for name, item in written.items()}
    return kept
