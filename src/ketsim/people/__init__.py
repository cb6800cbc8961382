"""Who takes it: one subject or a population, how people differ, and which random numbers are theirs."""

from ketsim.people.cohort import Cohort
from ketsim.people.distribution import Distribution
from ketsim.people.population import Population
from ketsim.people.subject import Subject
from ketsim.people.variability import Variability, omega2_of_cv, uncertainty

__all__ = ["Cohort", "Distribution", "Population", "Subject", "Variability", "omega2_of_cv", "uncertainty"]
