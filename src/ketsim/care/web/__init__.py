"""The web doors of care: pages that need no script, a JSON API, and the form that asks for a call.

Only `ketsim care serve` comes in here, so that the rest of ketsim needs none of the libraries of the extra "web".
"""
