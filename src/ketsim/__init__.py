"""ketsim."""
