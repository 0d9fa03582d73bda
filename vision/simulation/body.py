"""The human body: Anny's parametric shape as plain arrays, posed by linear blend skinning.

Anny (Apache-2.0; MakeHuman data, CC0) is asked once per person for a body at rest. From then on
everything is numpy, so that rendering workers need neither torch nor the seconds that it takes
to load. Axes: x to the person's left, y to the back, z up; the pelvis is the origin.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from vision.simulation.anny_bodies import Phenotype
from vision.simulation.extra import need
from vision.simulation.linear import Array, move, rigid
from vision.simulation.mesh import Triangles

FORMAT = 2
"""Changes when the cached arrays do."""


@dataclass(frozen=True, slots=True)
class RestBody:
    """A body at rest.

    `vertices` (V, 3) metres; `faces` (F, 3); `weights` (V, B) skinning weights that sum to one;
    `heads` (B, 3) joint positions; `parents` (B,), -1 for the root and always before the child;
    `bones` the B names; `keypoints` (K, V) regression weights of `keypoint_names`;
    `lips`, `ears` (V,) how much a vertex is part of them, in [0, 1].
    """

    vertices: Array
    faces: Triangles
    weights: Array
    heads: Array
    parents: Triangles
    bones: tuple[str, ...]
    keypoints: Array
    keypoint_names: tuple[str, ...]
    lips: Array
    ears: Array

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)

    def head(self, name: str) -> Array:
        """Rest position (3,) of a bone's joint."""
        joint: Array = self.heads[self.bone(name)]
        return joint

    def weight_of(self, *prefixes: str) -> Array:
        """Summed skinning weight (V,) of all bones whose names start so."""
        chosen = [i for i, name in enumerate(self.bones) if name.startswith(prefixes)]
        total: Array = self.weights[:, chosen].sum(axis=1)
        return total


def forward_kinematics(body: RestBody, local: dict[str, Array], root: Array) -> Array:
    """Skinning transforms (B, 4, 4): from the body at rest to the posed body in the world.

    `local` holds rotations (3, 3) per bone about its joint, in the axes of the body at rest;
    `root` (4, 4) places the pelvis.
    """
    transforms = np.empty((len(body.bones), 4, 4))
    for index, name in enumerate(body.bones):
        parent = root if body.parents[index] < 0 else transforms[body.parents[index]]
        rotation = local.get(name)
        if rotation is None:
            transforms[index] = parent
            continue
        joint = body.heads[index]
        transforms[index] = parent @ rigid(rotation, joint - rotation @ joint)
    return transforms


def skin_with_normals(
    vertices: Array, normals: Array, weights: Array, transforms: Array
) -> tuple[Array, Array]:
    """Posed vertices and normals (V, 3) of a mesh at rest with skinning `weights` (V, B)."""
    blended = (weights @ transforms[:, :3].reshape(len(transforms), 12)).reshape(-1, 3, 4)
    turn = blended[:, :, :3]
    posed = np.einsum("vij,vj->vi", turn, vertices) + blended[:, :, 3]
    return posed, np.einsum("vij,vj->vi", turn, normals)


def joint_position(body: RestBody, transforms: Array, name: str) -> Array:
    """Posed position (3,) of a bone's joint."""
    index = body.bone(name)
    return move(transforms[index], body.heads[index])


class BodyLibrary:
    """Bodies at rest by phenotype, kept on disk because Anny takes a minute the first time.

    Missing bodies are made in a child process: torch and VTK crash when one process loads both.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache or Path.home() / ".cache" / "deportment" / "bodies"

    def prepare(self, phenotypes: Iterable[Phenotype]) -> None:
        """Make those bodies that are not in the cache yet.

        Raises:
            MissingExtra: Anny is needed and not installed.
        """
        wanted = {self._path(phenotype): phenotype for phenotype in phenotypes}
        missing = {path: wanted[path] for path in wanted if not path.exists()}
        if not missing:
            return
        need("torch", "anny", "cv2")
        self._cache.mkdir(parents=True, exist_ok=True)
        job = {str(path): asdict(phenotype) for path, phenotype in missing.items()}
        command = [sys.executable, "-m", "vision.simulation.anny_bodies"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run(  # noqa: S603 (our own interpreter, no shell)
            command,
            input=json.dumps(job),
            env=environment,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def body(self, phenotype: Phenotype) -> RestBody:
        """The body of a phenotype, made if need be."""
        self.prepare([phenotype])
        with np.load(self._path(phenotype)) as stored:
            return RestBody(
                vertices=stored["vertices"],
                faces=stored["faces"],
                weights=stored["weights"].astype(np.float64),
                heads=stored["heads"],
                parents=stored["parents"],
                bones=tuple(stored["bones"].tolist()),
                keypoints=stored["keypoints"].astype(np.float64),
                keypoint_names=tuple(stored["keypoint_names"].tolist()),
                lips=stored["lips"],
                ears=stored["ears"],
            )

    def _path(self, phenotype: Phenotype) -> Path:
        text = json.dumps([FORMAT, asdict(phenotype)])
        return self._cache / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.npz"
