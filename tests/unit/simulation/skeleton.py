"""A body of joints alone: enough to pose, without Anny."""

import numpy as np

from vision.simulation.body import RestBody
from vision.simulation.person import NAMED

SPINE = {
    "spine05": ("root", (0.0, 0.0, 0.0)),
    "spine04": ("spine05", (0.0, 0.03, 0.07)),
    "spine03": ("spine04", (0.0, 0.02, 0.14)),
    "spine02": ("spine03", (0.0, 0.02, 0.21)),
    "spine01": ("spine02", (0.0, 0.03, 0.34)),
    "neck01": ("spine01", (0.0, 0.01, 0.51)),
    "neck02": ("neck01", (0.0, 0.0, 0.54)),
    "neck03": ("neck02", (0.0, -0.02, 0.58)),
    "head": ("neck03", (0.0, -0.03, 0.61)),
}
LIMBS = {
    "clavicle": ("spine01", (0.02, -0.02, 0.45)),
    "shoulder01": ("clavicle", (0.10, -0.02, 0.465)),
    "upperarm01": ("shoulder01", (0.165, -0.013, 0.427)),
    "upperarm02": ("upperarm01", (0.216, -0.015, 0.37)),
    "lowerarm01": ("upperarm02", (0.334, -0.019, 0.239)),
    "lowerarm02": ("lowerarm01", (0.39, -0.095, 0.181)),
    "wrist": ("lowerarm02", (0.45, -0.174, 0.121)),
    "finger1-1": ("wrist", (0.451, -0.218, 0.113)),
    "finger1-2": ("finger1-1", (0.431, -0.239, 0.105)),
    "finger1-3": ("finger1-2", (0.419, -0.269, 0.091)),
    "finger2-1": ("wrist", (0.477, -0.267, 0.081)),
    "finger2-2": ("finger2-1", (0.480, -0.288, 0.067)),
    "finger2-3": ("finger2-2", (0.480, -0.304, 0.051)),
    "finger3-1": ("wrist", (0.493, -0.250, 0.070)),
    "finger3-2": ("finger3-1", (0.500, -0.270, 0.045)),
    "finger3-3": ("finger3-2", (0.503, -0.287, 0.025)),
    "finger4-1": ("wrist", (0.500, -0.233, 0.063)),
    "finger4-2": ("finger4-1", (0.510, -0.247, 0.039)),
    "finger4-3": ("finger4-2", (0.514, -0.260, 0.019)),
    "finger5-1": ("wrist", (0.502, -0.214, 0.054)),
    "finger5-2": ("finger5-1", (0.508, -0.222, 0.036)),
    "finger5-3": ("finger5-2", (0.510, -0.228, 0.022)),
    "upperleg01": ("root", (0.102, 0.004, -0.007)),
    "lowerleg01": ("upperleg01", (0.133, -0.028, -0.396)),
    "foot": ("lowerleg01", (0.17, 0.0, -0.796)),
    "eye": ("head", (0.03, -0.107, 0.649)),
}


def skeleton() -> RestBody:
    """A body of 1.7 m with one vertex at every joint, one at the crown and two at the soles."""
    bones = {"root": (None, (0.0, 0.0, 0.0)), **SPINE}
    for name, (parent, place) in LIMBS.items():
        for side, sign in (("L", 1.0), ("R", -1.0)):
            own = f"{parent}.{side}" if parent in LIMBS else parent
            bones[f"{name}.{side}"] = (own, (sign * place[0], place[1], place[2]))
    names = tuple(bones)
    heads = np.array([place for _, place in bones.values()])
    soles = [(0.17, -0.05, -0.87), (-0.17, -0.05, -0.87)]
    vertices = np.concatenate([heads, [(0.0, -0.03, 0.83)], soles])
    owner = [*range(len(names)), names.index("head"), names.index("foot.L"), names.index("foot.R")]
    keypoints = np.zeros((len(NAMED), len(vertices)))
    for row, bone in enumerate(_keypoint_bones()):
        keypoints[row, names.index(bone)] = 1.0
    return RestBody(
        vertices=vertices,
        faces=np.array([[0, 1, 2]]),
        weights=np.eye(len(names))[owner],
        heads=heads,
        parents=np.array([-1 if p is None else names.index(p) for p, _ in bones.values()]),
        bones=names,
        keypoints=keypoints,
        keypoint_names=tuple(NAMED.values()),
        lips=np.ones(len(vertices)),
        ears=np.zeros(len(vertices)),
    )


def _keypoint_bones() -> list[str]:
    part = {
        "eye": "eye",
        "shoulder": "upperarm01",
        "elbow": "lowerarm01",
        "wrist": "wrist",
        "hip": "upperleg01",
        "knee": "lowerleg01",
    }
    bones = []
    for name in NAMED.values():
        side, _, rest = name.partition("_")
        bone = part.get(rest, "foot" if rest not in ("", "ear") else "head")
        bones.append("head" if bone == "head" else f"{bone}.{side[0].upper()}")
    return bones
