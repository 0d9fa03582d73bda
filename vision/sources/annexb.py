"""H.264 packets with start codes and parameter sets, whatever container they came out of. Pure."""

from collections.abc import Iterator

START = b"\x00\x00\x00\x01"


def with_start_codes(data: bytes, extradata: bytes | None, is_key: bool) -> bytes:
    """A packet in the byte stream format (ISO/IEC 14496-10 Annex B), parameter sets before keys.

    Args:
        data: The packet, in either format.
        extradata: The container's; it tells which.
        is_key: Whether a decoder may begin here.
    """
    if extradata is None or extradata[:1] != b"\x01":
        return (extradata or b"") + data if is_key else data
    size = (extradata[4] & 3) + 1
    units = [*(_parameters(extradata) if is_key else ()), *_units(data, size)]
    return b"".join(START + unit for unit in units)


def _units(data: bytes, size: int) -> Iterator[bytes]:
    place = 0
    while place + size <= len(data):
        length = int.from_bytes(data[place : place + size], "big")
        yield data[place + size : place + size + length]
        place += size + length


def _parameters(extradata: bytes) -> Iterator[bytes]:
    """Sequence and picture parameter sets of an AVCDecoderConfigurationRecord."""
    place = 5
    for mask in (0x1F, 0xFF):
        count = extradata[place] & mask
        place += 1
        for _ in range(count):
            length = int.from_bytes(extradata[place : place + 2], "big")
            yield extradata[place + 2 : place + 2 + length]
            place += 2 + length
