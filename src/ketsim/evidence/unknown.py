"""What do we not know? Every blank number, every stated conflict, every model whose parameters could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketsim.evidence.index import load_library
from ketsim.evidence.source import Gap, Source


def gaps(sources: Mapping[str, Source] | None = None) -> tuple[Gap, ...]:
    """All gaps of these sources (by default the whole library), source by source, in the order of the file."""
    library = load_library() if sources is None else sources
    return tuple(gap for source in library.values() for gap in sorted(_gaps_of(source), key=lambda gap: gap.line))


def _gaps_of(source: Source) -> Iterator[Gap]:
    for name, value in source.values.items():
        if value.number is None:
            unit = "" if value.unit in ("", "1") else f" [{value.unit}]"
            text = f"{value.label or name}{unit} was not found. {value.note}"
            yield Gap(id=f"{source.key}.{name}", text=text, nature="blank", source=source.key, line=value.line)
    for spec in source.models:
        if spec.status == "record":
            text = f"{spec.label}: kept as a record, not run." + (f" {spec.note}" if spec.note else "")
            yield Gap(id=spec.key, text=text, about=(spec.key,), nature="record", source=source.key, line=spec.line)
    yield from source.gaps
