"""Signatures by which a receiver knows who is calling."""

import base64
import hashlib
import hmac
from urllib.parse import quote_plus, urlsplit, urlunsplit


def signature(secret: str, timestamp_s: int, body: bytes) -> str:
    """``t=<seconds>,v1=<hex>``: HMAC-SHA256 over the seconds, a full stop and the body.

    A receiver computes the same over what it got, and refuses old timestamps, so that a recorded
    request cannot be sent again.
    """
    signed = f"{timestamp_s}.".encode() + body
    return f"t={timestamp_s},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def dingtalk_url(url: str, secret: str, timestamp_ms: int) -> str:
    """The address of a DingTalk robot with its signature.

    HMAC-SHA256 over ``timestamp_ms``, a line feed and the secret, with the secret as key, in
    base64 (DingTalk open platform, custom robot security settings).
    """
    signed = f"{timestamp_ms}\n{secret}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    sign = quote_plus(base64.b64encode(digest))
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, f"timestamp={timestamp_ms}&sign={sign}"]))
    return urlunsplit(parts._replace(query=query))
