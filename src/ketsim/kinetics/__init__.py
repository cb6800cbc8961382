"""What the body does to the drug: published models, their routes and what changes them, as linear systems."""
