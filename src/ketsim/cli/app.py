"""Which verbs ketsim has, and how a run of one ends: its exit status and what stands on stderr.

A verb is named here and loaded when it is asked for, so that ``ketsim --help`` starts neither numpy nor a model.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

from cyclopts import App, CycloptsError, Parameter

from ketsim.cli.faults import BAD_INPUT, DONE, FAULT, INTERRUPTED, brief, usage
from ketsim.errors import InputError
from ketsim.notice import PURPOSE
from ketsim.version import __version__

VERBS: Final = {
    "simulate": "What a dose gives: concentrations over time, for one person or for many.",
    "compare": "Several published models for one dose: one table, and where they disagree.",
    "models": "The models, or every parameter of one with its table and page.",
    "effects": "What the drug does now: the effects, or every number of one.",
    "sources": "The papers behind the numbers, or one of them; BibTeX on request.",
    "gaps": "What was looked for and not found, and where sources contradict each other.",
    "onset": "How soon and for how long by each route: published beside simulated.",
    "answer": "A question in plain words, answered with numbers, sources and certainty.",
    "validate": "Predicted against observed, for every data set in the sources.",
    "safety": "Dose context, visits, screening, triage, combinations, detection, law.",
    "audit": "A web page, PDF or text: each claim judged, contradictions, spam and hidden advertising.",
    "care": "Find treatment near a place; honest call routing.",
    "convert": "Dose tables and results between NONMEM, CSV and Parquet.",
    "new": "A commented template for a source or a scenario.",
}

EPILOGUE: Final = f"{PURPOSE} Each verb explains itself: ketsim simulate --help"

_LONGEST_SENTENCE: Final = 1_000  # characters; what was typed may be repeated in it


def build() -> App:
    """The command with its verbs; each verb is an import string that is followed on first use."""
    app = App(
        name="ketsim",
        help="What happens when a person takes ketamine: published models made to run, every number with its source.",
        help_epilogue=EPILOGUE,
        version=__version__,
        default_parameter=Parameter(negative="", show_default=False),
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for place, (verb, summary) in enumerate(VERBS.items()):
        app.command(f"ketsim.cli.{verb}:{verb}", name=verb, help=summary, sort_key=place)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status; faults become one sentence on stderr, never a traceback."""
    try:
        _check_text(arguments)
        status = build()(list(arguments), exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        return _say(usage(error, arguments, tuple(VERBS)))
    except InputError as error:
        return _say(str(error))
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # below the line of progress
        return _say("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; the flush at exit must find somewhere to go, or Python complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if os.environ.get("KETSIM_DEBUG") == "1":
            traceback.print_exc()
        return _say(
            f"A fault in ketsim, not in what you typed: {type(error).__name__}: {brief(str(error), 200)} "
            "(please report this line and the command; with KETSIM_DEBUG=1 it shows where it happened).",
            FAULT,
        )
    return DONE if status is None else int(status)


def _check_text(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            shown = argument.encode(errors="replace").decode()
            raise InputError(f'"{brief(shown)}" holds bytes that are not UTF-8 text; type it again.') from None


def _say(sentence: str, status: int = BAD_INPUT) -> int:
    print(brief(sentence, _LONGEST_SENTENCE), file=sys.stderr)
    return status
