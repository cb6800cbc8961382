"""Which headers stand on every reply, whatever it is: nothing foreign is loaded, nothing is kept, nothing is told on.

Interest in treatment is health information. So no reply may be stored by a browser or a proxy, no address may reach
another site, and no page may be framed or run a script.
"""

from __future__ import annotations

from typing import Final

_POLICY: Final = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_REFUSED: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "fullscreen",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "magnetometer", "microphone",
    "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip

#: Lower-case, as ASGI wants them.
SECURITY: Final[tuple[tuple[str, str], ...]] = (
    ("content-security-policy", "; ".join(_POLICY)),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", ", ".join(f"{name}=()" for name in _REFUSED)),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-robots-tag", "noarchive"),
)


def secured(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a reply with ours in place of any of the same name."""
    ours = {name.encode(): value.encode() for name, value in SECURITY}
    return [pair for pair in headers if pair[0].lower() not in ours] + list(ours.items())
