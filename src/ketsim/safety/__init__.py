"""What is dangerous, what to do, whom to call: rules that are data, each with the facts it rests on.

What watches over every dose (`context`, `combinations`) lies below the simulation, so that no result leaves without it;
what simulates (`session`, `detection`) lies above. Nothing is imported here: each module is asked for by its name.
"""
