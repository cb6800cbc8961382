"""Property tests are the same in every run: a failure found once stays found. `make fuzz` looks further."""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("KETSIM_HYPOTHESIS", "steady"))
