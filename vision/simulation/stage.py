"""Draws meshes with VTK, off screen: a shaded picture, and who owns each of its pixels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.simulation.extra import need
from vision.simulation.hall import Sign, sign_corners
from vision.simulation.linear import Array
from vision.simulation.mesh import Mesh
from vision.simulation.optics import View

Picture = NDArray[np.uint8]
Idents = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Light:
    """Brightness of the hall: 1 is day, 0.1 is lamps off with light from the windows."""

    level: float = 1.0
    warmth: float = 0.0


class Stage:
    """A scene of fixed and moving meshes seen by one camera.

    Moving meshes carry an integer identity; `idents` draws it flat, so that boxes are those of
    the surface in sight.
    """

    def __init__(self, view: View, light: Light) -> None:
        need("pyvista")
        import pyvista

        # VTK warns, frame after frame, about the shadow pass being drawn in a second window
        pyvista.vtk_verbosity("off")
        self._pv = pyvista
        self._shaded = self._plotter(view)
        self._flat = self._plotter(view)
        self._data: dict[str, Any] = {}
        self._actors: dict[str, tuple[Any, Any]] = {}
        _add_lights(self._shaded, light)
        # Shadow maps cost as much again and show little under the even light of a hall's ceiling;
        # ambient occlusion draws the contact shadows that make people stand on their floor.
        self._shaded.enable_ssao(radius=0.35, bias=0.01, kernel_size=16, blur=True)

    def close(self) -> None:
        """Free both windows."""
        self._shaded.close()
        self._flat.close()

    def look(self, view: View) -> None:
        """Move the camera."""
        for plotter in (self._shaded, self._flat):
            _aim(plotter, view)

    def add_fixed(self, mesh: Mesh, shine: float = 0.05) -> None:
        """Add a mesh that never moves and belongs to nobody."""
        data = self._polydata(mesh).compute_normals(
            split_vertices=True, feature_angle=40.0, consistent_normals=False
        )
        self._shaded.add_mesh(data, scalars="rgb", rgb=True, **_surface(shine))
        self._flat.add_mesh(data, color="black", lighting=False)

    def add_sign(self, sign: Sign) -> None:
        """Add a board with text."""
        corners = sign_corners(sign)
        board = self._pv.PolyData(corners, np.array([4, 0, 1, 2, 3]))
        board.active_texture_coordinates = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)
        texture = self._pv.Texture(_lettering(sign))
        board = board.compute_normals(consistent_normals=False)
        self._shaded.add_mesh(board, texture=texture, ambient=1.0, diffuse=0.0, specular=0.0)
        self._flat.add_mesh(board, color="black", lighting=False)

    def add_moving(self, key: str, mesh: Mesh, normals: Array, ident: int, shine: float) -> None:
        """Add a mesh that `update` moves; `ident` 1 to 2**24-1 is its identity."""
        data = self._polydata(mesh)
        data["Normals"] = normals.astype(np.float32)
        data.GetPointData().SetActiveNormals("Normals")
        shaded = self._shaded.add_mesh(data, scalars="rgb", rgb=True, **_surface(shine))
        red, green, blue = ident >> 16 & 255, ident >> 8 & 255, ident & 255
        flat = self._flat.add_mesh(data, color=(red, green, blue), lighting=False)
        self._data[key] = data
        self._actors[key] = (shaded, flat)

    def add_rigid(self, key: str, mesh: Mesh, ident: int) -> None:
        """Add a mesh that `carry` moves as a whole; hidden until then."""
        self.add_moving(key, *_faceted(mesh), ident, 0.15)
        self.show(key, visible=False)

    def carry(self, key: str, place: Array, *, visible: bool) -> None:
        """Put a rigid mesh at `place` (4, 4), or hide it."""
        for actor in self._actors[key]:
            actor.user_matrix = place
        self.show(key, visible=visible)

    def update(self, key: str, vertices: Array, normals: Array) -> None:
        """Move a mesh: new `vertices` and `normals` (V, 3)."""
        data = self._data[key]
        data.points = vertices.astype(np.float32)
        data["Normals"] = normals.astype(np.float32)
        data.GetPointData().SetActiveNormals("Normals")

    def show(self, key: str, *, visible: bool) -> None:
        """Show or hide a moving mesh."""
        for actor in self._actors[key]:
            actor.SetVisibility(visible)

    def picture(self) -> Picture:
        """The shaded picture (H, W, 3), RGB."""
        return self._grab(self._shaded)

    def idents(self) -> Idents:
        """The identity of every pixel (H, W); 0 belongs to nobody."""
        rgb = self._grab(self._flat).astype(np.int32)
        return rgb[:, :, 0] << 16 | rgb[:, :, 1] << 8 | rgb[:, :, 2]

    def _plotter(self, view: View) -> Any:
        plotter = self._pv.Plotter(
            off_screen=True, window_size=(view.width, view.height), lighting="none"
        )
        plotter.render_window.SetMultiSamples(0)
        plotter.set_background("black")
        _aim(plotter, view)
        return plotter

    def _polydata(self, mesh: Mesh) -> Any:
        faces = np.c_[np.full(len(mesh.faces), 3), mesh.faces].ravel()
        data = self._pv.PolyData(mesh.vertices.astype(np.float32), faces)
        data["rgb"] = np.round(np.clip(mesh.colours, 0.0, 1.0) * 255.0).astype(np.uint8)
        return data

    @staticmethod
    def _grab(plotter: Any) -> Picture:
        plotter.render()
        return np.ascontiguousarray(plotter.screenshot(return_img=True)[:, :, :3])


def _faceted(mesh: Mesh) -> tuple[Mesh, Array]:
    """The mesh with corners of its own for every triangle, and flat normals (V, 3)."""
    corners = mesh.faces.ravel()
    vertices = mesh.vertices[corners]
    triangles = vertices.reshape(-1, 3, 3)
    normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    faces = np.arange(len(corners), dtype=np.int64).reshape(-1, 3)
    return Mesh(vertices, faces, mesh.colours[corners]), np.repeat(normal, 3, axis=0)


def _surface(shine: float) -> dict[str, Any]:
    return {
        "smooth_shading": False,
        "interpolation": "Phong",
        "ambient": 0.42,
        "diffuse": 0.80,
        "specular": shine,
        "specular_power": 18.0,
    }


def _aim(plotter: Any, view: View) -> None:
    camera = plotter.camera
    camera.position = tuple(view.position)
    camera.focal_point = tuple(view.target)
    camera.up = tuple(view.up)
    camera.view_angle = view.vertical_fov_deg
    camera.clipping_range = (0.15, 25.0)


def _add_lights(plotter: Any, light: Light) -> None:
    import pyvista

    tint = np.clip(np.array([1.0, 1.0 - 0.06 * light.warmth, 1.0 - 0.16 * light.warmth]), 0, 1)
    for x, y, z, strength, cone in (
        (0.6, 2.2, 12.0, 0.62, 60.0),
        (-6.0, 3.0, 3.2, 0.24, 100.0),
        (6.0, 3.0, 3.2, 0.24, 100.0),
        (0.0, -6.0, 3.2, 0.34, 100.0),
        (0.0, 1.5, 0.05, 0.12, 100.0),
    ):
        lamp = pyvista.Light(
            position=(x, y, z),
            focal_point=(x * 0.3, min(y, 0.9), 0.0),
            intensity=strength * light.level,
            light_type="scene light",
            positional=True,
            cone_angle=cone,
            color=tuple(tint),
        )
        plotter.add_light(lamp)


def _lettering(sign: Sign) -> Picture:
    import cv2

    width = int(sign.size[0] * 260)
    height = int(sign.size[1] * 260)
    board = np.zeros((height, width, 3), dtype=np.uint8)
    board[:] = np.round(np.array(sign.ground) * 255)
    ink = tuple(round(channel * 255) for channel in sign.ink)
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_DUPLEX, int(height * 0.52), 2)
    (wide, tall), _ = cv2.getTextSize(sign.text, cv2.FONT_HERSHEY_DUPLEX, scale, 2)
    scale *= min(1.0, 0.92 * width / max(wide, 1))
    (wide, tall), _ = cv2.getTextSize(sign.text, cv2.FONT_HERSHEY_DUPLEX, scale, 2)
    place = ((width - wide) // 2, (height + tall) // 2)
    cv2.putText(board, sign.text, place, cv2.FONT_HERSHEY_DUPLEX, scale, ink, 3, cv2.LINE_AA)
    return board
