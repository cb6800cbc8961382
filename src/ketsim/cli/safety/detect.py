"""``ketsim safety detect``: how long a test can find it."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

from cyclopts import Parameter

from ketsim.cli.request import Request
from ketsim.cli.safety.show import Faces, give
from ketsim.errors import InputError


def detect(
    dose: str | None = None,
    /,
    *,
    history: str | None = None,
    matrix: str | None = None,
    analyte: str | None = None,
    assay: str | None = None,
    cutoff: str | None = None,
    model: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    request: Annotated[Request, Parameter(name="*")] = Request(),  # noqa: B008  (frozen)
    faces: Annotated[Faces, Parameter(name="*")] = Faces(),  # noqa: B008  (frozen)
) -> int:
    """Say how long a test can find it: published windows, and the simulated one for blood.

    Parameters
    ----------
    dose:
        A dosing sentence in quotes, such as "50 mg iv", or a scenario file; data alone if left out.
    history:
        single, occasional or chronic use; all if left out.
    matrix:
        urine, blood, oral fluid or hair; all if left out.
    analyte:
        ketamine, norketamine or dehydronorketamine; all if left out.
    assay:
        A method, such as 5-panel, immunoassay or LC-MS/MS.
    cutoff:
        Concentration from which a simulated blood sample counts as positive, such as 1ng/mL.
    model:
        Model key or keys instead of the default one (ketsim models lists them).
    """
    from ketsim.safety.detection import detection
    from ketsim.units import from_canonical, to_canonical

    limit = None
    if cutoff is not None:
        canonical = to_canonical(cutoff, "concentration", default_unit="ng/mL", field="cutoff")
        limit = from_canonical(canonical, "ng/mL", "concentration")
    if dose is None:
        said = [f.name for f in fields(request) if getattr(request, f.name) is not None] + ["model"] * bool(model)
        if said:
            raise InputError(
                f'{said[0]} was given without a dose; name the dose too, as in ketsim safety detect "50 mg iv" '
                "--weight 70kg."
            )
    scenario = None if dose is None else request.scenario(dose, models=model)
    answer = detection(scenario, history=history, matrix=matrix, analyte=analyte, assay=assay, cutoff=limit)
    return give(answer, faces)
