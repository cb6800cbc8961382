"""What the drug does now: one file an effect, each with one final class and its equation; the numbers live in sources.

`effect.named("dissociation")` gives the class, a source's `effects:` entries its numbers. Nothing is imported here.
"""
