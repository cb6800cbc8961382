"""One published model, ready to run: its numbers, its routes, what it refuses, and where every curve comes from.

`Model.load("Kamp2020")` reads one source. A model refuses a route, an age or a form of the drug that it was not built
for; what it may stand for by declared assumption is stated among `assumptions`, never silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketsim.dosing import DoseEvent, Drug, Route
from ketsim.engine import Inputs, LinearSystem, propagate
from ketsim.errors import InputError
from ketsim.evidence import Certainty, Pairing, Source, Value, catalog, constant, load_source
from ketsim.evidence import ModelSpec as Spec
from ketsim.evidence.expression import FACTORS
from ketsim.evidence.limits import Range
from ketsim.kinetics import lineage
from ketsim.kinetics.analytes import molar_mass_name, output_name, role_of
from ketsim.kinetics.drift import Epoch, drifting
from ketsim.kinetics.intake import build_inputs
from ketsim.kinetics.network import build_system
from ketsim.kinetics.pairing import paired_spec
from ketsim.kinetics.parameters import REFERENCE, Variation, individual_parameters
from ketsim.people import Cohort
from ketsim.people.body_size import us_adults

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Site:
    """An effect site: it follows the concentration of one output by dCe/dt = ke0 (C - Ce). ke0: [1/h] (subject,)."""

    output: str
    ke0: Array


@dataclass(frozen=True, slots=True)
class Curves:
    """Concentrations of one model: names of the outputs, values [mg/L] (output, subject, time), numerical error
    (subject,). sites: the concentrations at the effect sites asked for, (site, subject, time).
    """

    names: tuple[str, ...]
    values: Array
    error: Array
    sites: Array

    def of(self, name: str) -> Array:
        """One output [mg/L] (subject, time)."""
        return np.asarray(self.values[self.names.index(name)])


@dataclass(frozen=True, slots=True)
class Model:
    """A published model with its numbers. `pairings`: absorptions joined to it by declared assumption."""

    spec: Spec
    source: Source
    values: Mapping[str, Value]
    pairings: tuple[Pairing, ...] = ()

    @classmethod
    def load(cls, key: str) -> Model:
        """The model of that key. Raises `InputError` naming the nearest keys, or why the model cannot run."""
        source = load_source(catalog().model(key).source)
        spec = source.model(key)
        if spec.status == "record":
            raise InputError(
                f"{key} is a record only: its parameters are not published where they could be read; see ketsim gaps."
            )
        values = dict(source.values)
        for name, (other, theirs) in spec.borrowed.items():
            values[name] = load_source(other).values[theirs]
        return cls(spec=spec, source=source, values=values)

    @property
    def key(self) -> str:
        """The model's unique key."""
        return self.spec.key

    def with_pairing(self, pairing: Pairing, source: Source) -> Model:
        """The same model with one more route, by a declared assumption of another source."""
        extra = {name: source.values[name] for name in pairing.value_names}
        return replace(
            self,
            spec=paired_spec(self.spec, pairing),
            values={**self.values, **extra},
            pairings=(*self.pairings, pairing),
        )

    def accepts(self, drug: Drug, route: Route) -> bool:
        """The form of the drug that it was built for, or may stand for by that route by declared assumption."""
        if drug in self.spec.drugs:
            return True
        stand = self.spec.stands_for.get(drug.value)
        paired = any(route == p.route and drug in p.drugs for p in self.pairings)
        return stand is not None and (stand.routes is None or route in stand.routes or paired)

    def admits_age(self, age: float | None) -> bool:
        """Whether a person of that age [years] is like those it was built on; an age not given is an adult's."""
        limits = [self.spec.limits.of("age")] + [p.limits.of("age") for p in self.pairings]
        known = [limit for limit in limits if limit is not None]
        return all(_includes_adults(limit) if age is None else limit.contains(age) for limit in known)

    def check(self, events: Sequence[DoseEvent], *, age: float | None, weight: float | None) -> None:
        """Raise `InputError` if a dose or the person is outside what the model was built for."""
        given = [e for e in events if e.amount > 0.0]
        for route in {e.route for e in given}:
            if route not in self.spec.routes:
                has = ", ".join(str(r) for r in self.spec.routes)
                raise InputError(
                    f"{self.key} has no {route} route (it has {has}); ketsim models lists the ones that have."
                )
        for drug, route in {(e.drug, e.route) for e in given}:
            if not self.accepts(drug, route):
                built = ", ".join(str(d) for d in self.spec.drugs)
                raise InputError(
                    f"{self.key} was built for {built} and does not stand for {drug} by the {route} route."
                )
        if len({e.drug for e in given}) > 1:
            raise InputError(
                "one regimen mixes two forms of the drug; simulate them apart, since no source measured them together."
            )
        built_on = [(self.key, self.spec.limits)] + [(p.id, p.limits) for p in self.pairings]
        for name, said, unit in (("age", age, "years"), ("weight", weight, "kg")):
            for what, limits in built_on:
                limit = limits.of(name)
                if said is not None and limit is not None and not limit.contains(said):
                    raise InputError(
                        f"{name} {said:g} {unit} is outside {what}, built on {limits.text} ({limit.words}); "
                        "ketsim models lists the models and whom they were built on."
                    )

    def curves(
        self,
        events: Sequence[DoseEvent],
        cohort: Cohort,
        times: Array,
        variation: Variation,
        *,
        factors: Mapping[str, float] | None = None,
        options: frozenset[str] = frozenset(),
        sites: Sequence[Site] = (),
    ) -> Curves:
        """Concentrations [mg/L] of every analyte, and at effect sites, at `times` [h] for everybody of the cohort."""
        drug = next(e.drug for e in events if e.amount > 0.0)
        names = [output_name(role, drug) for role in self.roles]
        # The site of a sum is the sum of the sites of its parts: each part gets a state of its own.
        fed = [[names.index(part) for part in self.spec.sums.get(site.output, (site.output,))] for site in sites]
        states = [(row, site.ke0) for site, rows in zip(sites, fed, strict=True) for row in rows]

        def solve(epochs: Sequence[Epoch]) -> tuple[Array, Array]:
            systems, inputs = self.assembled(
                events, cohort, variation, factors=factors, options=options, epochs=epochs, sites=states
            )
            solution = propagate(systems, inputs, times)
            return np.moveaxis(solution.values, 2, 0), solution.error

        values, error = drifting(solve, times) if self.spec.drifts else solve([Epoch(0.0, 0.0)])
        at_sites = np.zeros((len(sites), *values.shape[1:]))
        row = len(names)
        for number, rows in enumerate(fed):
            at_sites[number] = values[row : row + len(rows)].sum(axis=0)
            row += len(rows)
        values = values[: len(names)]
        for total, parts in self.spec.sums.items():
            values = np.concatenate([values, sum(values[names.index(p)] for p in parts)[None]])
            names.append(total)
        return Curves(tuple(names), values, error, at_sites)

    def assembled(
        self,
        events: Sequence[DoseEvent],
        cohort: Cohort,
        variation: Variation,
        *,
        factors: Mapping[str, float] | None = None,
        options: frozenset[str] = frozenset(),
        epochs: Sequence[Epoch] = (Epoch(0.0, 0.0),),
        sites: Sequence[tuple[int, Array]] = (),
    ) -> tuple[tuple[LinearSystem, ...], Inputs]:
        """The linear systems of everybody of the cohort, one an epoch, and what enters them.

        Outputs are concentrations [mg/L] in the order of `roles`, then the sites: (place among the outputs, ke0 [1/h]).
        """
        drug = next(e.drug for e in events if e.amount > 0.0)
        ratio = self._mass_ratios(drug)
        people = [
            individual_parameters(
                self.spec, self.values, cohort, variation, factors=factors or {}, options=options, time=epoch.middle
            )
            for epoch in epochs
        ]
        systems = tuple(
            build_system(self.spec, env, ratio, subjects=cohort.size, start=epoch.start, sites=sites)
            for epoch, env in zip(epochs, people, strict=True)
        )
        weight = cohort.covariates().get("weight")
        inputs = build_inputs(self.spec, people[0], events, weight=weight, salt_to_base=constant("salt_to_base"))
        return systems, inputs

    def _mass_ratios(self, drug: Drug) -> dict[str, float]:
        if self.spec.amounts != "molar":
            return {}
        parent = constant(molar_mass_name("parent"))
        return {role: constant(molar_mass_name(output_name(role, drug))) / parent for role in self.roles}

    def typical_exposure(self, role: str, dose: DoseEvent, person: Cohort, factors: Mapping[str, float]) -> float:
        """AUC to infinity [mg h/L] of a readout after one such dose in a typical person: C (-A)^-1 times the input."""
        drug = dose.drug
        env = individual_parameters(self.spec, self.values, person, Variation(), factors=factors)
        system = build_system(self.spec, env, self._mass_ratios(drug), subjects=1)
        alone = replace(dose, time=0.0, steady_interval=0.0, reset=False)
        inputs = build_inputs(self.spec, env, (alone,), weight=person.weight, salt_to_base=1.0)
        entering = np.zeros(system.rates.shape[-1])
        np.add.at(entering, inputs.state, np.broadcast_to(inputs.amount, (1, inputs.state.size))[0])
        rows = [role_of(r) == role for r in self.roles]
        return float(system.readout[0, rows].sum(axis=0) @ np.linalg.solve(-system.rates[0], entering))

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the analytes that can be read: parent, norketamine, ..."""
        return tuple(role for role, _ in self.spec.readouts)

    def reads(self, role: str) -> bool:
        """Whether the parent or that metabolite is read, in either enantiomer."""
        return role in {role_of(r) for r in self.roles}

    @property
    def factors_used(self) -> frozenset[str]:
        """Interaction factors that change this model."""
        return lineage.names_used(self.spec) & frozenset(FACTORS)

    @property
    def has_spread(self) -> bool:
        """Whether the source publishes differences between people for any number used."""
        used = lineage.names_used(self.spec)
        return any(v.iiv is not None or v.iov is not None for n, v in self.values.items() if n in used)

    @property
    def has_errors(self) -> bool:
        """Whether the source publishes a standard error for any number used."""
        used = lineage.names_used(self.spec)
        return any(v.relative_error for n, v in self.values.items() if n in used)

    def uses(self, covariate: str) -> bool:
        """Whether that covariate (such as "weight") changes the model's numbers."""
        return covariate in lineage.names_used(self.spec)

    def reference(self, covariate: str) -> Value | None:
        """The reference person's "weight" or "age" that the source states its numbers for, if it states one."""
        return self.values.get(REFERENCE[covariate])

    @property
    def blood_words(self) -> str:
        """Where and in what the concentration is read, in words: "venous plasma"."""
        matrix = "blood" if self.spec.matrix == "unknown" else self.spec.matrix
        return (
            f"{matrix} (sampling site not stated)"
            if self.spec.sampling == "unknown"
            else f"{self.spec.sampling} {matrix}"
        )

    def output_names(self, drug: Drug) -> tuple[str, ...]:
        """Names of the outputs after this form of the drug."""
        return (*(output_name(role, drug) for role in self.roles), *self.spec.sums)

    def numbers_behind(
        self, output: str, drug: Drug, routes: frozenset[Route], options: frozenset[str] = frozenset()
    ) -> tuple[Value, ...]:
        """Every published number on the path from the dose to that output; options: covariate effects switched on."""
        parts = self.spec.sums.get(output, (output,))
        roles = {role for role in self.roles if output_name(role, drug) in parts}
        names = lineage.names_behind(self.spec, frozenset(roles), routes, options)
        return tuple(self.values[n] for n in self.values if n in names)

    def certainty(
        self, output: str, drug: Drug, routes: frozenset[Route], options: frozenset[str] = frozenset()
    ) -> Certainty:
        """The weakest link on that path, declared assumptions included."""
        links = [v.certainty for v in self.numbers_behind(output, drug, routes, options)]
        links += [s.certainty for d, s in self.spec.stands_for.items() if d == drug and drug not in self.spec.drugs]
        links += [p.certainty for p in self.pairings if p.route in routes]
        return Certainty.weakest(links)

    def assumptions(self, drug: Drug, routes: frozenset[Route]) -> tuple[str, ...]:
        """What this model takes for granted for that drug and those routes, in sentences."""
        said = []
        if self.spec.limits.text is not None:
            said.append(f"{self.key} was built on {self.spec.limits.text}; what lies outside is extrapolated.")
        if drug not in self.spec.drugs and drug in self.spec.stands_for:
            built = " and ".join(str(d) for d in self.spec.drugs)
            stand = self.spec.stands_for[drug]
            said.append(
                f"{self.key} was built for {built} and stands here for {drug}: {stand.because.rstrip('.')} "
                f"({stand.source}; certainty {stand.certainty})."
            )
        for pairing in self.pairings:
            if pairing.route in routes:
                share, rate = self.values[pairing.fraction], self.values[pairing.rate]
                said.append(
                    f"{pairing.id}: {pairing.because}; here bioavailability {share.in_words()}, absorption rate "
                    f"{rate.in_words()} ({pairing.source}); {pairing.limits.text} (certainty {pairing.certainty})."
                )
        if self.spec.status == "flagged" and self.spec.flag:
            said.append(f"{self.key} is flagged: {self.spec.flag}")
        said += [f"{self.key}, {route}: {text}" for route, text in self.spec.route_limits.items() if route in routes]
        return tuple(said)


def _includes_adults(limit: Range) -> bool:
    return limit.bounds[1] == np.inf or limit.contains(us_adults().adult_age)
