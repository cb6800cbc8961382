"""What is someone told whose question about help cannot be answered as asked? A sentence, a fixed word, a way on.

Every door shows the public lines beside a refusal: a person who mistypes a place may need them more than the result.
"""

from __future__ import annotations

from ketsim.errors import InputError


class Refusal(InputError):  # noqa: N818  (it is no fault)
    """A question of someone looking for help that cannot be answered as asked.

    code: a fixed word for it, such as ``place_format``. status: what HTTP says (300, 404, 409, 422). choices: what may
    have been meant, ready to be typed. dial: a ``tel:`` link, where the number typed is to be dialled now.
    """

    def __init__(
        self,
        sentence: str,
        *,
        code: str,
        status: int = 422,
        field: str | None = None,
        choices: tuple[str, ...] = (),
        dial: str | None = None,
    ) -> None:
        super().__init__(sentence, field=field)
        self.code = code
        self.status = status
        self.choices = choices
        self.dial = dial
