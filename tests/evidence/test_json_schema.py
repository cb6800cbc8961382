import json

from ketsim.evidence.json_schema import SCHEMA_FILE, schema_text, source_schema


def test_the_schema_file_is_not_stale():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_offers_what_a_file_may_hold_and_nothing_computed():
    schema = source_schema()
    assert set(schema["properties"]) == {
        *("source", "study", "values", "models", "effects", "observed", "responses", "arms", "facts"),
        *("interactions", "pairings", "gaps", "limits"),
    }
    kinds = schema["$defs"]
    assert {"number", "unit", "kind", "provenance", "certainty", "where"} <= set(kinds["Value"]["required"])
    assert not {"canonical", "line", "source", "name"} & set(kinds["Value"]["properties"])
    assert {"from", "to", "between"} <= set(kinds["Flow"]["properties"])
    assert "clearance" in kinds["Value"]["properties"]["kind"]["enum"]
    assert {"key", "effect", "label", "status"} <= set(kinds["EffectSpec"]["required"])
    assert kinds["EffectSpec"]["properties"]["status"]["enum"] == ["shipped", "optional", "hypothesis", "record"]
    assert {"id", "effect", "metric", "unit", "population", "where"} <= set(kinds["Response"]["required"])
    assert not {"line", "source"} & {*kinds["EffectSpec"]["properties"], *kinds["Response"]["properties"]}
    assert kinds["Value"]["additionalProperties"] is False
    assert '"computed"' not in json.dumps(schema)  # the mark itself
