"""Who takes it: one subject or a population, how people differ, and which random numbers are theirs."""
