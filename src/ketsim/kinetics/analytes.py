"""What an output is called: the drug given and the role in the model make the name.

A model speaks of ``parent`` and ``norketamine``; what a person reads is ``s_ketamine`` after esketamine and
``ketamine`` after the racemate. Nothing here knows a concentration.
"""

from __future__ import annotations

from ketsim.dosing import Drug
from ketsim.evidence.model_spec import OUTPUTS, ROLES

_PREFIX = {Drug.ketamine: "", Drug.esketamine: "s_", Drug.arketamine: "r_"}


def output_name(role: str, drug: Drug) -> str:
    """The output's name: ``("parent", Drug.esketamine)`` gives ``"s_ketamine"``; an explicit name passes through.

    >>> output_name("norketamine", Drug.esketamine)
    's_norketamine'
    >>> output_name("r_ketamine", Drug.ketamine)
    'r_ketamine'
    """
    if role not in ROLES:
        return role
    return _PREFIX[drug] + ("ketamine" if role == "parent" else role)


def role_of(name: str) -> str:
    """The role behind a role or an explicit name, whichever enantiomer.

    >>> role_of("r_ketamine"), role_of("s_norketamine"), role_of("parent")
    ('parent', 'norketamine', 'parent')
    """
    bare = name.removeprefix("s_").removeprefix("r_")
    return "parent" if bare == "ketamine" else bare


def place(name: str) -> int:
    """Where an output stands in every table: the drug first, then its metabolites down the chain.

    >>> sorted(["s_norketamine", "norketamine", "s_ketamine"], key=place)
    ['s_ketamine', 'norketamine', 's_norketamine']
    """
    return OUTPUTS.index(name)


def label(name: str) -> str:
    """The name in words.

    >>> label("s_norketamine"), label("ketamine")
    ('S-norketamine', 'ketamine')
    """
    form, _, substance = name.rpartition("_")
    return f"{form.upper()}-{substance}" if form else name


def molar_mass_name(name: str) -> str:
    """The name, in the source ``Constants``, of the molar mass of an output's substance.

    >>> molar_mass_name("s_hydroxynorketamine")
    'mw_hydroxynorketamine'
    """
    return f"mw_{output_name(role_of(name), Drug.ketamine)}"


def is_parent(name: str) -> bool:
    """Whether an output is the drug itself, not a metabolite.

    >>> is_parent("s_ketamine"), is_parent("norketamine")
    (True, False)
    """
    return role_of(name) == "parent"
