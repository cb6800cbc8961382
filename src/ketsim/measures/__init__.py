"""What a curve amounts to: non-compartmental measures of one curve, summaries of many."""
