"""Adds the metadata that MediaPipe Tasks asks of a TFLite model, byte for byte the same everywhere.

A FlatBuffer only ever points forward. So a new root table is written *before* the model, pointing
at the old model's parts where they are: the model itself stays as it was. Doing it by hand keeps
the sha256 of the result independent of the version of the flatbuffers library, whose layout
changes between releases.

Formats: FlatBuffers internals (flatbuffers.dev/internals); ``schema.fbs`` of TensorFlow Lite
(``Model``, ``Buffer``, ``Metadata``) and ``metadata_schema.fbs`` of MediaPipe
(``ModelMetadata`` ... ``NormalizationOptions``).
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vision.errors import ModelError

ALIGNMENT = 16
_MODEL_VERSION, _MODEL_BUFFERS, _MODEL_METADATA, _MODEL_SLOTS = 0, 4, 6, 8
_NAME = b"TFLITE_METADATA"
_NORMALIZATION_OPTIONS = 1  # in the union ProcessUnitOptions


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: slot number to a packed scalar or to what an offset leads to."""

    slots: Mapping[int, "bytes | _Node"]


@dataclass(frozen=True, slots=True)
class _Vector:
    """A vector of offsets."""

    items: Sequence["_Node"]


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A vector of scalars or a string: element count, then the data, then zeros."""

    count: int
    data: bytes
    alignment: int = 4


@dataclass(frozen=True, slots=True)
class _Old:
    """Something that the model already holds, at this position of it."""

    position: int


_Node = _Table | _Vector | _Bytes | _Old


@dataclass(slots=True)
class _Writer:
    """Writes nodes parents first and fills in their offsets when the children are placed."""

    out: bytearray = field(default_factory=bytearray)
    to_old: list[tuple[int, int]] = field(default_factory=list)

    def pad(self, alignment: int, ahead: int = 0) -> None:
        self.out += bytes(-(len(self.out) + ahead) % alignment)

    def point(self, at: int, target: int) -> None:
        struct.pack_into("<I", self.out, at, target - at)

    def place(self, node: _Node, pointer: int) -> None:
        """Write ``node`` at the end and let the offset at ``pointer`` lead to it."""
        match node:
            case _Old(position):
                self.to_old.append((pointer, position))
            case _Bytes(count, data, alignment):
                self.pad(alignment, ahead=4)
                self.point(pointer, len(self.out))
                self.out += struct.pack("<I", count) + data + b"\0"
            case _Vector(items):
                self._vector(items, pointer)
            case _Table(slots):
                self._table(slots, pointer)

    def _vector(self, items: Sequence[_Node], pointer: int) -> None:
        self.pad(4)
        self.point(pointer, len(self.out))
        first = len(self.out) + 4
        self.out += struct.pack("<I", len(items)) + bytes(4 * len(items))
        for number, item in enumerate(items):
            self.place(item, first + 4 * number)

    def _table(self, slots: Mapping[int, "bytes | _Node"], pointer: int) -> None:
        """The vtable stands right before its table; every field takes four bytes."""
        count = max(slots) + 1
        vtable_size = 4 + 2 * count
        self.pad(4, ahead=vtable_size)
        places = {slot: 4 + 4 * number for number, slot in enumerate(sorted(slots))}
        offsets = [places.get(slot, 0) for slot in range(count)]
        self.out += struct.pack(f"<{2 + count}H", vtable_size, 4 + 4 * len(slots), *offsets)
        table = len(self.out)
        self.point(pointer, table)
        self.out += struct.pack("<i", vtable_size) + bytes(4 * len(slots))
        for slot, value in sorted(slots.items()):
            if isinstance(value, bytes):
                struct.pack_into("4s", self.out, table + places[slot], value)
            else:
                self.place(value, table + places[slot])


def _document(root: _Node, file_id: bytes) -> _Writer:
    writer = _Writer(bytearray(4) + file_id)
    writer.place(root, 0)
    return writer


def _floats(*values: float) -> _Bytes:
    return _Bytes(len(values), struct.pack(f"<{len(values)}f", *values))


def _normalisation(mean: float, std: float) -> bytes:
    """A ``ModelMetadata`` document that says how the one input is normalised."""
    options = _Table({0: _floats(mean), 1: _floats(std)})
    unit = _Table({0: struct.pack("<B", _NORMALIZATION_OPTIONS), 1: options})
    tensor = _Table({4: _Vector([unit])})
    subgraph = _Table({2: _Vector([tensor])})
    return bytes(_document(_Table({3: _Vector([subgraph])}), b"M001").out)


@dataclass(frozen=True, slots=True)
class _Model:
    """Reader of the tables of a model."""

    data: bytes

    def u32(self, at: int) -> int:
        return int(struct.unpack_from("<I", self.data, at)[0])

    def field(self, slot: int, table: int | None = None) -> int | None:
        """Position of the field in that slot of a table, else the root; None where left out."""
        table = self.u32(0) if table is None else table
        vtable = table - int(struct.unpack_from("<i", self.data, table)[0])
        size = int(struct.unpack_from("<H", self.data, vtable)[0])
        if 4 + 2 * slot >= size:
            return None
        offset = int(struct.unpack_from("<H", self.data, vtable + 4 + 2 * slot)[0])
        return table + offset if offset else None

    def follow(self, at: int) -> int:
        return at + self.u32(at)

    def items(self, slot: int) -> list[_Old]:
        """What the vector of offsets in that slot leads to."""
        at = self.field(slot)
        if at is None:
            return []
        vector = self.follow(at)
        places = range(vector + 4, vector + 4 + 4 * self.u32(vector), 4)
        return [_Old(self.follow(place)) for place in places]

    def is_named(self, name: bytes, entry: _Old) -> bool:
        """Whether that ``Metadata`` table carries the name."""
        at = self.field(0, entry.position)
        if at is None:
            return False
        text = self.follow(at)
        return self.data[text + 4 : text + 4 + self.u32(text)] == name


def with_normalisation(model: bytes, mean: float, std: float) -> bytes:
    """The TFLite model with NormalizationOptions metadata: input = (pixel - mean) / std.

    Args:
        model: A TFLite model; its metadata of the name ``TFLITE_METADATA`` is replaced.
        mean: Subtracted from each value in [0, 255].
        std: Divides the difference.

    Raises:
        ModelError: If the bytes are no TFLite model.
    """
    if model[4:8] != b"TFL3":
        raise ModelError("expected a TFLite model (file identifier TFL3)")
    old = _Model(model)
    slots: dict[int, bytes | _Node] = {}
    for slot in range(1, _MODEL_SLOTS):
        at = old.field(slot)
        if at is not None:
            slots[slot] = _Old(old.follow(at))
    version = old.field(_MODEL_VERSION)
    slots[_MODEL_VERSION] = struct.pack("<I", old.u32(version) if version is not None else 3)

    buffers = old.items(_MODEL_BUFFERS)
    text = _normalisation(mean, std)
    entry = _Table({0: _Bytes(len(_NAME), _NAME), 1: struct.pack("<I", len(buffers))})
    kept = [other for other in old.items(_MODEL_METADATA) if not old.is_named(_NAME, other)]
    slots[_MODEL_BUFFERS] = _Vector([*buffers, _Table({0: _Bytes(len(text), text, ALIGNMENT)})])
    slots[_MODEL_METADATA] = _Vector([*kept, entry])
    return _before(model, _document(_Table(slots), b"TFL3"))


def _before(model: bytes, writer: _Writer) -> bytes:
    writer.pad(ALIGNMENT)
    start = len(writer.out)
    for pointer, position in writer.to_old:
        writer.point(pointer, start + position)
    return bytes(writer.out) + model
