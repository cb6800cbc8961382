"""``ketsim new``: a commented template to start a source or a scenario from."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from ketsim.cli import terminal
from ketsim.cli.clinical_scenario import courses, scenario_file
from ketsim.cli.delivery import Delivery
from ketsim.errors import InputError, did_you_mean
from ketsim.wording import sentence_case

_SCENARIO: Final = Path(__file__).parent / "scenario.yaml"
_SCENARIOS: Final = Path(__file__).parent / "scenarios"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
_NEXT: Final = {
    "source": "Fill it in, put it into src/ketsim/evidence/sources, run make index, then: ketsim sources {name}",
    "scenario": "Change it, then: ketsim simulate {name}.yaml",
}
_SLIP: Final = 0.8  # how alike two names are of which one is a slip of the other


def new(
    what: Literal["source", "scenario"],
    name: str | None = None,
    /,
    *,
    like: str | None = None,
    list_: Annotated[bool, Parameter(name="--list")] = False,
) -> int:
    """Write NAME.yaml, a commented template, into the current folder.

    Parameters
    ----------
    what:
        source or scenario.
    name:
        For a source the first author and the year, such as Author2026; for a scenario a name of your own, or that of a
        ready template: supervised-series, esketamine-label, daily-use-stop, taper, weekend-use, treatment-and-relapse,
        or a clinical course of --list.
    like:
        For a scenario with a name of your own: the ready template to begin with.
    list_:
        Only list the ready templates.
    """
    if what != "scenario" and (like is not None or list_):
        raise InputError("like and list belong to scenarios, as in ketsim new scenario --list.")
    if list_:
        ready = {template.stem: _opening(template) for template in templates()}
        terminal.facts({**ready, **{course.key: f"{sentence_case(course.label)}." for course in courses()}}.items())
        return 0
    if name is None:
        raise InputError(f"name is missing; give one, such as ketsim new {what} NAME.")
    name = name.removesuffix(".yaml")
    content = _template(what, name, like)
    target = Path(f"{name}.yaml")
    if target.exists():
        raise InputError(f"{target} is there already; give another name or move it away.")
    with Delivery() as delivery:
        delivery.text(target, content)
    terminal.paragraph(f"Written: {target}")
    terminal.paragraph(_NEXT[what].format(name=name))
    return 0


def templates() -> tuple[Path, ...]:
    """The ready scenarios, by name."""
    return tuple(sorted(_SCENARIOS.glob("*.yaml")))


def _opening(template: Path) -> str:
    return template.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")


def _template(what: str, name: str, like: str | None) -> str:
    if what == "source":
        from ketsim.evidence.template import source_template

        return source_template(name)
    if not _NAME.fullmatch(name):
        raise InputError(f'"{name[:60]}" is not the name of a file; use letters, digits, "-" and "_".')
    return _scenario(name, like).replace("NAME", name)


def _scenario(name: str, like: str | None) -> str:
    """The template to begin with: the one that was asked for, the one of that name, else the plain one."""
    ready = {template.stem: template for template in templates()}
    clinical = {course.key: course for course in courses()}
    wanted = name if like is None else like
    if wanted in ready:
        return ready[wanted].read_text(encoding="utf-8")
    if wanted in clinical:
        return scenario_file(clinical[wanted])
    known = [*ready, *clinical]
    if like is not None or get_close_matches(wanted, known, n=1, cutoff=_SLIP):
        hint = did_you_mean(wanted, known, otherwise=f"there are {', '.join(known)}.")
        raise InputError(f"{wanted[:60]!r} is no ready template; {hint}")
    return _SCENARIO.read_text(encoding="utf-8")
