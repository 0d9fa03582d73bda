"""Which profile of a camera to watch, and what to write into the site file. Pure."""

import json
import re
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from vision.devices.description import Device, Profile, StreamAddress

SAME_SHAPE = 0.02
"""Most relative difference of two aspect ratios: the posts have to fit both pictures."""

LEAST_HEIGHT_PX = 352
"""Of a sub-stream in which presence can be told; most cameras offer 352, 360, 480 or 576."""

LONGEST_KEY_S = 4.0
"""Key frames further apart than this leave rules about things too few looks."""

DECODED = frozenset({"H264", "H265", "HEVC", "JPEG", "MPEG4"})


def choose(profiles: Sequence[Profile]) -> tuple[Profile | None, Profile | None]:
    """Main stream and sub-stream.

    The main stream is the one with most pixels, for small things are judged in it. The sub-stream
    is the smallest of the same shape, with at most half the pixels, that is still high enough; if
    none is, the highest.
    """
    usable = [one for one in profiles if one.is_usable and one.codec in DECODED]
    if not usable:
        return None, None
    main = max(usable, key=lambda one: (_pixels(one), one.fps or 0.0))
    lesser = [one for one in usable if 2 * _pixels(one) <= _pixels(main) and fits(one, main)]
    high = [one for one in lesser if one.height_px >= LEAST_HEIGHT_PX]
    if high:
        return main, min(high, key=_pixels)
    return main, max(lesser, key=_pixels, default=None)


def fits(one: Profile, other: Profile) -> bool:
    """Whether the same normalised post fits both pictures."""
    ratios = one.width_px / one.height_px, other.width_px / other.height_px
    return abs(ratios[0] - ratios[1]) <= SAME_SHAPE * max(ratios)


def advice(profiles: Sequence[Profile], main: Profile | None) -> list[str]:
    """What is to be changed at the camera, in words."""
    if main is None:
        return ["no profile has a stream that can be watched"]
    found = []
    if main.key_every_s is not None and main.key_every_s > LONGEST_KEY_S:
        found.append(
            f"profile {main.name}: a key frame only every {main.key_every_s:g} s; "
            "set its key-frame interval to 2 s"
        )
    if main.height_px < 720:
        found.append(f"profile {main.name}: {main.height_px} lines are few for small things")
    return found


def snippet(device: Device, main: Profile, sub: Profile | None) -> str:
    """Lines for the site file; logins come from the environment."""
    word = re.sub(r"[^A-Za-z0-9]+", "_", device.host).strip("_").upper()
    lines = [
        "cameras:",
        f"  - id: cam-{re.sub('[^a-z0-9]+', '-', device.host.lower()).strip('-')}",
        f"    url: {_quoted(main.stream, f'CAM_{word}')}",
    ]
    if sub is not None:
        lines.append(f"    sub_url: {_quoted(sub.stream, f'CAM_{word}_SUB', f'CAM_{word}')}")
    return "\n".join(lines)


def _quoted(stream: StreamAddress | None, word: str, login: str = "") -> str:
    """A URL with variables in place of its secrets, as YAML.

    Args:
        stream: Where it is.
        word: How the variable of the whole URL begins, if that is a secret.
        login: How the variables of the login begin; as ``word`` unless given.
    """
    if stream is None or stream.holds_secret:
        return json.dumps(f"${{{word}_URL}}")
    parts = urlsplit(stream.url)
    login = login or word
    netloc = f"${{{login}_USER}}:${{{login}_PASSWORD}}@{parts.netloc}"
    return json.dumps(urlunsplit(parts._replace(netloc=netloc)))


def _pixels(profile: Profile) -> int:
    return profile.width_px * profile.height_px
