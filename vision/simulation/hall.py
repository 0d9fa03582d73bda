"""The hall: floor, walls, counter, desks with their equipment, chairs, signs.

World axes: x along the counter, y from the public side (negative) to the staff side, z up. A
window's station is at x; the staff sit at y = SEAT_Y_M and face -y; the counter spans y = 0.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vision.simulation.linear import Array
from vision.simulation.mesh import Colour, Mesh, box, ellipsoid, join, painted, tube
from vision.simulation.poses import DESK_M, SEAT_M
from vision.simulation.props import thing

SEAT_Y_M = 1.02
BACK_WALL_Y_M = 3.6
FAR_WALL_Y_M = -7.5
CEILING_M = 3.4
WOOD: Colour = (0.72, 0.58, 0.42)
WHITE: Colour = (0.90, 0.91, 0.91)
DARK: Colour = (0.13, 0.14, 0.16)
STEEL: Colour = (0.62, 0.64, 0.66)


@dataclass(frozen=True, slots=True)
class Style:
    """Colours of one hall."""

    wall: Colour = (0.86, 0.86, 0.83)
    floor: Colour = (0.70, 0.69, 0.66)
    accent: Colour = (0.16, 0.33, 0.60)
    desk: Colour = WOOD
    chair: Colour = DARK


@dataclass(frozen=True, slots=True)
class Sign:
    """A board with `text`: its centre, size (width, height) in metres, and yaw.

    At yaw 0 it is read from the public side (it faces -y), at 180 from the staff side.
    """

    text: str
    centre: tuple[float, float, float]
    size: tuple[float, float]
    yaw_deg: float
    ink: Colour
    ground: Colour


@dataclass(frozen=True, slots=True)
class Hall:
    """Everything that stands still, and the signs on it."""

    fixed: Mesh
    signs: tuple[Sign, ...]


def build_hall(stations: dict[str, float], style: Style, seed: int, door_x_m: float) -> Hall:
    """A hall with one counter. `stations`: x in metres of every window by its sign's text."""
    rng = np.random.default_rng(seed)
    xs = list(stations.values())
    low, high = min(xs) - 1.3, max(xs) + 1.3
    parts = [_floor(style, rng), _walls(style), _counter(low, high, style)]
    parts += [_station(x, style, rng) for x in xs]
    parts += [_partition((a + b) / 2.0) for a, b in pairwise(sorted(xs))]
    parts += [_waiting_chairs(style), _cabinets(low, high, door_x_m, rng), _plant(low - 0.9, 0.4)]
    parts += [_pillar(x) for x in (low - 2.4, high + 2.4)]
    parts += [_doors(), _staff_door(door_x_m)]
    return Hall(join(parts), _signs(stations, (low + high) / 2.0, style))


def _floor(style: Style, rng: np.random.Generator, tile: float = 0.6) -> Mesh:
    tiles = []
    for x in np.arange(-9.0, 9.0, tile):
        for y in np.arange(FAR_WALL_Y_M, BACK_WALL_Y_M, tile):
            r, g, b = np.clip(np.array(style.floor) + rng.normal(0.0, 0.008), 0.0, 1.0)
            corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) * (tile - 0.008)
            tiles.append(
                painted(
                    corners + np.array([x, y, 0.0]), np.array([[0, 1, 2], [0, 2, 3]]), (r, g, b)
                )
            )
    grout = box((18.0, BACK_WALL_Y_M - FAR_WALL_Y_M, 0.02), (0.5, 0.49, 0.47))
    middle = (BACK_WALL_Y_M + FAR_WALL_Y_M) / 2.0
    return join([*tiles, grout.at(0.0, middle, -0.013)])


def _walls(style: Style) -> Mesh:
    depth = BACK_WALL_Y_M - FAR_WALL_Y_M
    middle = (BACK_WALL_Y_M + FAR_WALL_Y_M) / 2.0
    back = box((18.0, 0.1, CEILING_M), style.wall).at(0.0, BACK_WALL_Y_M + 0.05, CEILING_M / 2)
    skirting = box((18.0, 0.02, 0.12), (0.4, 0.38, 0.36)).at(0.0, BACK_WALL_Y_M - 0.01, 0.06)
    band = box((18.0, 0.02, 0.5), style.accent).at(0.0, BACK_WALL_Y_M - 0.01, 2.45)
    far = box((18.0, 0.1, CEILING_M), style.wall).at(0.0, FAR_WALL_Y_M - 0.05, CEILING_M / 2)
    sides = [
        box((0.1, depth, CEILING_M), style.wall).at(x, middle, CEILING_M / 2) for x in (-9.0, 9.0)
    ]
    ceiling = box((18.0, depth, 0.05), (0.93, 0.93, 0.92)).at(0.0, middle, CEILING_M + 0.03)
    lamps = [
        box((1.2, 0.3, 0.02), (1.0, 1.0, 1.0)).at(x, y, CEILING_M - 0.01)
        for x in np.arange(-7.5, 8.0, 2.5)
        for y in (-5.5, -2.5, 0.5, 2.4)
    ]
    return join([back, skirting, band, far, *sides, ceiling, *lamps])


def _counter(low: float, high: float, style: Style) -> Mesh:
    width, middle = high - low, (low + high) / 2.0
    return join(
        [
            box((width, 0.04, 1.02), WHITE).at(middle, -0.30, 0.51),
            box((width, 0.05, 0.22), style.accent).at(middle, -0.325, 0.86),
            box((width, 0.05, 0.10), (0.35, 0.36, 0.38)).at(middle, -0.325, 0.05),
            box((width, 0.36, 0.04), (0.82, 0.80, 0.76)).at(middle, -0.20, 1.04),
            box((width, 0.98, 0.03), style.desk).at(middle, 0.20, DESK_M - 0.015),
            box((width, 0.02, 0.30), WHITE).at(middle, 0.12, 0.57),
            *[box((0.03, 0.62, 0.71), WHITE).at(x, 0.36, 0.355) for x in (low + 0.02, high - 0.02)],
        ]
    )


def _partition(x: float) -> Mesh:
    leg = box((0.03, 0.62, 0.71), WHITE).at(x, 0.36, 0.355)
    glass = box((0.02, 0.5, 0.35), (0.72, 0.80, 0.84)).at(x, -0.05, DESK_M + 0.17)
    return join([leg, glass])


def _station(x: float, style: Style, rng: np.random.Generator) -> Mesh:
    side = 1.0 if rng.random() < 0.5 else -1.0
    tilt = float(rng.uniform(12.0, 28.0)) * side
    parts = [
        _monitor().turned(tilt).at(x + 0.38 * side, 0.22, DESK_M),
        box((0.44, 0.14, 0.02), (0.2, 0.2, 0.21)).at(x, 0.44, DESK_M + 0.012),
        box((0.40, 0.10, 0.006), (0.55, 0.55, 0.57)).at(x, 0.44, DESK_M + 0.024),
        ellipsoid((0.03, 0.05, 0.018), DARK).at(x - 0.30, 0.42, DESK_M + 0.015),
        _drawers().at(x + 0.62 * side, 0.38, 0.0),
        _telephone().at(x - 0.52 * side, 0.30, DESK_M),
        tube(np.array([[0, 0, 0], [0, 0, 0.10]]), [0.035] * 2, (0.25, 0.25, 0.3)).at(
            x - 0.26 * side, 0.10, DESK_M
        ),
        box((0.24, 0.02, 0.10), style.accent).at(x, -0.12, 1.11),
    ]
    for number in range(int(rng.integers(1, 4))):
        sheet = thing("paper", (0.94, 0.94, 0.92))
        lying = Mesh(sheet.vertices[:, [0, 2, 1]], sheet.faces[:, ::-1], sheet.colours)
        yaw = float(rng.uniform(60.0, 120.0))
        parts.append(
            lying.turned(yaw).at(
                x - side * float(rng.uniform(0.2, 0.5)), 0.52, DESK_M + 0.002 * (number + 1)
            )
        )
    return join(parts)


def _monitor() -> Mesh:
    rows = [
        box((0.40, 0.003, 0.022), (0.62, 0.70, 0.82)).at(0.0, 0.021, 0.24 + 0.042 * i)
        for i in range(5)
    ]
    return join(
        [
            box((0.22, 0.16, 0.015), DARK).at(0.0, 0.0, 0.008),
            box((0.05, 0.03, 0.14), DARK).at(0.0, -0.02, 0.08),
            box((0.53, 0.03, 0.32), DARK).at(0.0, 0.0, 0.31),
            box((0.50, 0.004, 0.29), (0.86, 0.91, 0.97)).at(0.0, 0.017, 0.31),
            box((0.50, 0.003, 0.03), (0.18, 0.42, 0.75)).at(0.0, 0.021, 0.44),
            *rows,
        ]
    )


def _drawers() -> Mesh:
    fronts = [
        box((0.36, 0.01, 0.17), (0.82, 0.82, 0.83)).at(0, 0.255, 0.11 + 0.19 * i) for i in range(3)
    ]
    return join([box((0.40, 0.5, 0.60), (0.72, 0.73, 0.75)).at(0.0, 0.0, 0.30), *fronts])


def _telephone() -> Mesh:
    keys = box((0.07, 0.09, 0.004), (0.7, 0.7, 0.7)).at(0.03, 0.0, 0.055)
    return join([box((0.17, 0.19, 0.05), (0.22, 0.22, 0.24)).at(0.0, 0.0, 0.028), keys])


def swivel_chair(colour: Colour) -> Mesh:
    """An office chair for a pelvis over the origin, its back towards +y."""
    spokes = [
        tube(
            np.array([[0, 0, 0.10], [0.28 * np.cos(a), 0.28 * np.sin(a), 0.06]]),
            [0.02] * 2,
            DARK,
            6,
        )
        for a in np.linspace(0.3, 0.3 + 2 * np.pi, 5, endpoint=False)
    ]
    wheels = [
        ellipsoid((0.03, 0.03, 0.03), (0.05, 0.05, 0.05), 5).at(
            0.28 * np.cos(a), 0.28 * np.sin(a), 0.03
        )
        for a in np.linspace(0.3, 0.3 + 2 * np.pi, 5, endpoint=False)
    ]
    seat = ellipsoid((0.25, 0.25, 0.055), colour).at(0.0, -0.02, SEAT_M - 0.055)
    back = ellipsoid((0.22, 0.035, 0.26), colour).at(0.0, 0.24, 0.80)
    post = tube(np.array([[0, 0, 0.08], [0, 0, 0.42]]), [0.028] * 2, STEEL, 10)
    stem = tube(np.array([[0, 0.10, 0.42], [0, 0.25, 0.50], [0, 0.26, 0.75]]), [0.02] * 3, DARK, 8)
    return join([*spokes, *wheels, seat, back, post, stem]).at(0.0, -0.07, 0.0)


def _waiting_chairs(style: Style) -> Mesh:
    chairs = []
    for row in (-3.6, -4.9):
        for x in np.arange(-4.5, 4.8, 0.58):
            if abs(x) < 0.5:
                continue
            seat = box((0.50, 0.44, 0.04), style.accent).at(x, row, 0.43)
            chairs += [seat, box((0.50, 0.04, 0.46), style.accent).at(x, row - 0.24, 0.68)]
        beam = box((9.0, 0.06, 0.05), STEEL).at(0.0, row, 0.36)
        legs = [box((0.05, 0.4, 0.35), STEEL).at(x, row, 0.18) for x in (-4.2, -1.4, 1.4, 4.2)]
        chairs += [beam, *legs]
    return join(chairs)


def _cabinets(low: float, high: float, door_x: float, rng: np.random.Generator) -> Mesh:
    parts = []
    for x in np.arange(low + 0.5, high, 0.95):
        if rng.random() < 0.35 or abs(x - door_x) < 1.1:
            continue
        tall = float(rng.choice([0.85, 1.85]))
        parts.append(box((0.9, 0.40, tall), (0.76, 0.77, 0.76)).at(x, 3.38, tall / 2))
        parts.append(box((0.01, 0.01, tall - 0.1), (0.45, 0.46, 0.46)).at(x, 3.175, tall / 2))
        binders = 8 if tall < 1.0 else 0
        for i in range(binders):
            shade = rng.uniform(0.2, 0.8, 3)
            binder = box((0.06, 0.25, 0.31), (shade[0], shade[1], shade[2]))
            parts.append(binder.at(x - 0.35 + 0.075 * i, 3.35, tall + 0.155))
    return join(parts) if parts else box((0.9, 0.4, 0.85), STEEL).at(low, 3.38, 0.43)


def _plant(x: float, y: float) -> Mesh:
    pot = tube(np.array([[0, 0, 0], [0, 0, 0.35]]), [0.14, 0.18], (0.85, 0.84, 0.80), 14)
    leaves = []
    for i, turn in enumerate(np.linspace(0, 2 * np.pi, 11, endpoint=False)):
        reach = 0.25 + 0.1 * (i % 3)
        tip = np.array([reach * np.cos(turn), reach * np.sin(turn), 0.95 + 0.2 * (i % 4)])
        middle = tip * [0.45, 0.45, 0.75]
        leaves.append(
            tube(np.stack([[0, 0, 0.3], middle, tip]), [0.008, 0.045, 0.004], (0.20, 0.42, 0.20), 6)
        )
    return join([pot, *leaves]).at(x, y, 0.0)


def _pillar(x: float) -> Mesh:
    return box((0.5, 0.5, CEILING_M), (0.88, 0.87, 0.84)).at(x, -2.6, CEILING_M / 2)


def _doors() -> Mesh:
    parts = [box((3.6, 0.05, 2.5), (0.70, 0.80, 0.86)).at(0.0, FAR_WALL_Y_M + 0.04, 1.25)]
    parts += [
        box((0.06, 0.08, 2.5), STEEL).at(x, FAR_WALL_Y_M + 0.06, 1.25)
        for x in (-1.8, -0.9, 0.0, 0.9, 1.8)
    ]
    parts += [
        box((1.6, 0.05, 1.2), (0.72, 0.82, 0.88)).at(x, FAR_WALL_Y_M + 0.04, 1.7)
        for x in (-5, -3.2, 3.2, 5)
    ]
    return join(parts)


def _staff_door(x: float) -> Mesh:
    """An open doorway in the back wall, dark inside, through which staff come and go."""
    return join(
        [
            box((1.0, 0.04, 2.1), (0.10, 0.10, 0.11)).at(x, BACK_WALL_Y_M - 0.015, 1.05),
            *[
                box((0.08, 0.08, 2.15), (0.55, 0.45, 0.34)).at(x + side, BACK_WALL_Y_M - 0.02, 1.07)
                for side in (-0.52, 0.52)
            ],
            box((1.12, 0.08, 0.08), (0.55, 0.45, 0.34)).at(x, BACK_WALL_Y_M - 0.02, 2.13),
        ]
    )


def _signs(stations: dict[str, float], middle: float, style: Style) -> tuple[Sign, ...]:
    red: Colour = (1.0, 0.25, 0.15)
    boards = [
        Sign(text, (x, -0.28, 2.35), (0.62, 0.24), yaw, red, (0.06, 0.06, 0.07))
        for text, x in stations.items()
        for yaw in (0.0, 180.0)
    ]
    title = Sign(
        "PUBLIC SERVICE HALL",
        (middle, BACK_WALL_Y_M - 0.03, 2.45),
        (4.6, 0.42),
        0.0,
        WHITE,
        style.accent,
    )
    far = Sign(
        "GOVERNMENT AFFAIRS SERVICE CENTRE",
        (0.0, FAR_WALL_Y_M + 0.03, 2.85),
        (6.0, 0.42),
        180.0,
        (0.75, 0.12, 0.10),
        style.wall,
    )
    return (*boards, title, far)


def sign_corners(sign: Sign) -> Array:
    """The board's corners (4, 3): bottom left, bottom right, top right, top left as read."""
    width, height = sign.size
    turn = np.radians(sign.yaw_deg)
    right = np.array([np.cos(turn), np.sin(turn), 0.0]) * width / 2.0
    up = np.array([0.0, 0.0, height / 2.0])
    front = np.array([np.sin(turn), -np.cos(turn), 0.0]) * 0.016
    centre = np.array(sign.centre) + front
    return np.stack(
        [centre - right - up, centre + right - up, centre + right + up, centre - right + up]
    )
