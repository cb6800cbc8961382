"""How does a phone number lie on disk so that the disk alone does not give it away? Sealed with a key from outside.

The key stands in the environment (`KEY`), never beside the data. Without it the form is off: nothing is kept at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ketsim.errors import InputError, MissingExtraError

KEY: Final = "KETSIM_CARE_KEY"

_SIZE: Final = 32  # bytes of the key: AES-256
_NONCE: Final = 12  # bytes, as AES-GCM wants it


@dataclass(frozen=True, slots=True)
class FormState:
    """Whether requests to be called back are taken, and if not, why; true and false as it says."""

    on: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.on


class Vault:
    """Seals text with AES-256-GCM, bound to a label, so that a sealed text cannot be moved to another case."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _SIZE:
            raise InputError(f"the key has {len(key)} bytes; {_SIZE} are needed, written in base64.", field=KEY)
        self._cipher = _aes()(hmac.new(key, b"seal", hashlib.sha256).digest())
        self._key = key

    def seal(self, text: str, label: str) -> bytes:
        """The text sealed; another sealing of the same text looks different."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + bytes(self._cipher.encrypt(nonce, text.encode(), label.encode()))

    def unseal(self, sealed: bytes, label: str) -> str:
        """The text again. Raises `InputError` where key, label or bytes are not those of the sealing."""
        from cryptography.exceptions import InvalidTag

        try:
            return bytes(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], label.encode())).decode()
        except (InvalidTag, ValueError):
            raise InputError(f"what is sealed here was not sealed with the key in {KEY}; it cannot be read.") from None

    def derive(self, purpose: str) -> bytes:
        """A key for another purpose: it tells nothing of the first."""
        return hmac.new(self._key, b"derive " + purpose.encode(), hashlib.sha256).digest()


def form_is_on(environment: Mapping[str, str] | None = None) -> FormState:
    """Whether a usable key is there; if not, the reason as a sentence for the operator."""
    try:
        open_vault(environment)
    except InputError as error:
        return FormState(False, error.sentence)
    return FormState(True)


def open_vault(environment: Mapping[str, str] | None = None) -> Vault:
    """The vault of the key in the environment. Raises `InputError` without a usable key, `MissingExtraError`."""
    written = (os.environ if environment is None else environment).get(KEY, "").strip()
    if not written:
        raise InputError(
            "requests to be called back are off, because no key to encrypt phone numbers is set; put 32 random bytes "
            f"in base64 into {KEY}.",
            field=KEY,
        )
    try:
        key = base64.b64decode(written.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise InputError(f"{KEY} is not base64; it holds 32 random bytes in base64.", field=KEY) from None
    return Vault(key)


def new_key() -> str:
    """A random key as `KEY` takes it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_SIZE)).decode()


def _aes() -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise MissingExtraError("taking requests to be called back", extra="care") from None
    return AESGCM
