"""What a person takes: doses, regimens and the sentences that say them."""
