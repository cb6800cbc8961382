"""``ketsim care``: a directory of places that help, and calls routed honestly; one file a command."""

from __future__ import annotations

from typing import Final

from cyclopts import App

COMMANDS: Final = {
    "import": ("import_:import_", "Take a directory file over: SAMHSA, FindTreatment.gov, HSDS, California."),
    "find": ("find:find", "Places near a ZIP code, a city or a point, nearest first, with the day of each."),
    "call": ("call:call", "What would happen to a call: whom it reaches, and what is said first."),
    "stats": ("stats:stats", "How fast and how often providers answered, with numbers behind it."),
    "verify-log": ("verify_log:verify_log", "Check the chain of the call log."),
    "serve": ("serve:serve", "The pages and the JSON interface, on this machine."),
}

care = App(name="care", result_action="return_value")
for _place, (_name, (_where, _summary)) in enumerate(COMMANDS.items()):
    care.command(f"ketsim.cli.care.{_where}", name=_name, help=_summary, sort_key=_place)
