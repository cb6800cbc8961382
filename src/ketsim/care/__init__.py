"""Find real help, route calls honestly: a directory with its dates, and a log of who was offered a call and why.

Independent of the drug's rooms. Nothing is imported here: each module is asked for by its name.
"""
