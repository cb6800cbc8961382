"""What does a person read before agreeing, while the boxes on the same page are still being ticked?"""

from __future__ import annotations

from ketsim.care import disclosure
from ketsim.care.web.words import Words


def shown_consent(words: Words) -> str:
    """The consent in full, with what was ticked and chosen on the page in the place of names and time of day."""
    text = disclosure.consent([words("callback.ticked")], window="anytime", language=words.language).text
    return text.replace(disclosure.window_words("anytime", words.language), words("callback.chosen"), 1)
