"""The registry of models: what there is, where it lies, and that it is what it was.

``weights/registry.toml`` is read from the checkout, or from the copy that travels in the wheel.
Trained weights lie beside it; the pose model, which is not the project's own, lies in the data
folder, where ``deportment weights pull`` puts it.
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from vision.bundled import bundled
from vision.config.base import Config
from vision.errors import ConfigError, Mistake, ModelError
from vision.types import CLASSES

Role = Literal["detector", "pose"]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def _as_path(value: object) -> object:
    if isinstance(value, str) and (value.startswith("/") or ".." in value.split("/")):
        raise ValueError("expected a path inside the weights folder")
    return value


class ModelFile(Config):
    """One file of a model.

    Attributes:
        path: Relative to a weights folder, with forward slashes.
        sha256: Of its bytes.
        also: Further accepted hashes, where another source gives equivalent bytes.
    """

    path: Annotated[str, BeforeValidator(_as_path)]
    sha256: Sha256
    also: tuple[Sha256, ...] = ()
    size_bytes: int = Field(gt=0)

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every hash that the file may have."""
        return (self.sha256, *self.also)


class WheelSource(Config):
    """Where the parts of the pose model come from.

    Attributes:
        url: The publisher's own bundle.
        requirement: Exact version of the package that holds both networks.
        python: Version tag to ask the registry for, whatever this machine runs.
        platform: Platform tag likewise; the networks are the same in all of them.
        wheel_sha256: Of that wheel.
        detector: Path of the person detector in the wheel.
        landmarks: Path of the landmark network in the wheel.
    """

    url: str
    requirement: str
    python: str
    platform: str
    wheel_sha256: Sha256
    detector: str
    landmarks: str


class CalibrationRow(Config):
    """What makes the confidence of one class the share of boxes that are right.

    The map is :mod:`vision.detect.calibration`'s.

    Attributes:
        a: Of ln s.
        b: Of -ln(1 - s).
        c: Shift.
    """

    a: float = Field(ge=0, le=100)
    b: float = Field(ge=0, le=100)
    c: float = Field(ge=-100, le=100)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.a + self.b <= 0:
            raise ValueError("a and b are both 0: expected a map that rises")
        return self


class Model(Config):
    """One registered model.

    Attributes:
        files: The first is the one that is opened.
        input_px: Side of the network's square input; None where it takes any picture.
        look_px: Sides at which whole pictures are looked at instead, ascending; none leaves it at
            ``input_px``.
        head: Which head of a detector the export carries.
        training: Manifest of the training run, relative to the checkout.
        thresholds: Class name to the (calibrated) confidence at which its boxes count as evidence.
        calibration: Class name to what makes its confidence a share of right boxes; a class that is
            left out keeps the network's own confidence.
        metrics: Measured figures.
        source: Where it can be had from, if it does not travel with the product.
    """

    name: str
    role: Role
    files: tuple[ModelFile, ...] = Field(min_length=1)
    licence: str
    origin: str
    default: bool = False
    classes: tuple[str, ...] = ()
    input_px: int | None = None
    look_px: tuple[int, ...] = ()
    head: Literal["one_to_many", "one_to_one"] | None = None
    training: str | None = None
    thresholds: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    calibration: Mapping[str, CalibrationRow] = Field(default_factory=dict)
    metrics: Mapping[str, object] = Field(default_factory=dict)
    source: WheelSource | None = None

    @field_validator("calibration")
    @classmethod
    def _known(cls, rows: Mapping[str, CalibrationRow]) -> Mapping[str, CalibrationRow]:
        strange = sorted(set(rows) - set(CLASSES))
        if strange:
            raise ValueError(f"unknown class {', '.join(strange)}: expected {', '.join(CLASSES)}")
        return rows

    @property
    def size_bytes(self) -> int:
        """Of all files together."""
        return sum(file.size_bytes for file in self.files)


class _Document(Config):
    model: tuple[Model, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of looking for one file.

    Attributes:
        path: Where it lies; None if it lies nowhere.
        sha256: What was found there; None if nothing was.
    """

    file: ModelFile
    path: Path | None
    sha256: str | None

    @property
    def ok(self) -> bool:
        """Whether it is there and unaltered."""
        return self.sha256 in self.file.accepted

    @property
    def state(self) -> str:
        """``ok``, ``missing`` or ``altered``."""
        if self.path is None:
            return "missing"
        return "ok" if self.ok else "altered"


@dataclass(frozen=True, slots=True)
class Registry:
    """The registered models and the folders in which their files may lie.

    Attributes:
        models: In the order of the file.
        folders: Searched in this order.
    """

    models: tuple[Model, ...]
    folders: tuple[Path, ...]

    @classmethod
    def load(cls, file: Path | None = None, folders: tuple[Path, ...] | None = None) -> Self:
        """Read a registry; by default the one that travels with the product.

        Raises:
            ConfigError: If it cannot be read or holds a mistake.
        """
        file = file or shipped_weights() / "registry.toml"
        document = _read(file)
        return cls(document.model, folders or (file.parent, home() / "weights"))

    def default(self, role: Role) -> Model:
        """The model that is used for a role.

        Raises:
            ModelError: If none is marked as the default.
        """
        for model in self.models:
            if model.role == role and model.default:
                return model
        raise ModelError(f"the registry marks no default model for the role '{role}'")

    def findings(self, model: Model) -> list[Finding]:
        """Look for every file of a model and hash it."""
        return [self._find(file) for file in model.files]

    def _find(self, file: ModelFile) -> Finding:
        for folder in self.folders:
            path = folder / file.path
            if path.is_file():
                return Finding(file, path, sha256_of(path))
        return Finding(file, None, None)

    def verified(self, model: Model) -> Path:
        """The file to open, once every file of the model is found to be unaltered.

        Raises:
            ModelError: If a file is missing or altered; says what to do.
        """
        findings = self.findings(model)
        for finding in findings:
            if not finding.ok:
                raise ModelError(_advice(model, finding, self.folders))
        return next(finding.path for finding in findings if finding.path is not None)

    def sha256(self, model: Model) -> str:
        """Of the bytes found, for provenance; of all files in order where there are several.

        Raises:
            ModelError: If a file is missing or altered.
        """
        self.verified(model)
        found = [finding.sha256 or "" for finding in self.findings(model)]
        return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()


def _advice(model: Model, finding: Finding, folders: tuple[Path, ...]) -> str:
    remedy = "run: deportment weights pull" if model.source else "reinstall the product"
    if finding.path is None:
        places = ", ".join(str(folder) for folder in folders)
        return f"model '{model.name}': {finding.file.path} is missing in {places}; {remedy}"
    return (
        f"model '{model.name}': {finding.path} is altered: sha256 {finding.sha256}, "
        f"expected {finding.file.sha256}; delete it and {remedy}"
    )


def _read(file: Path) -> _Document:
    try:
        return _Document.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        raise ConfigError([Mistake(file, None, "", f"cannot be read: {error.strerror}")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Mistake(file, None, "", f"is no TOML: {error}")]) from None
    except ValidationError as error:
        raise ConfigError(
            [
                Mistake(file, None, ".".join(map(str, details["loc"])), details["msg"])
                for details in error.errors()
            ]
        ) from None


def shipped_weights() -> Path:
    """The weights folder of the checkout, else the one in the installed package."""
    return bundled("weights", "weights")


def home() -> Path:
    """The data folder: ``DEPORTMENT_HOME``, else the user's data folder of the platform."""
    chosen = os.environ.get("DEPORTMENT_HOME")
    return Path(chosen) if chosen else platformdirs.user_data_path("deportment")


def compile_settings(folder: Path | None = None) -> dict[str, str]:
    """OpenVINO settings that keep compiled networks between starts.

    Args:
        folder: Where to keep them; the user's cache folder by default.

    Returns:
        Empty where the folder cannot be written: then every start compiles anew.
    """
    chosen = folder or platformdirs.user_cache_path("deportment") / "openvino"
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError:
        return {}
    return {"CACHE_DIR": str(chosen)} if os.access(chosen, os.W_OK) else {}


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
