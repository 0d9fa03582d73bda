"""A trained checkpoint as the OpenVINO IR that the product serves."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from vision.errors import MissingExtra, ModelError

Head = Literal["one_to_many", "one_to_one"]
INPUT_PX = 416
MAX_BOXES = 100


def load_network(checkpoint: Path) -> Any:
    """The network of an Ultralytics checkpoint, float32, in evaluation mode.

    Raises:
        MissingExtra: Without the ``train`` extra.
        ModelError: If the file is missing or holds no network.
    """
    if not checkpoint.is_file():
        raise ModelError(f"{checkpoint}: no such checkpoint; expected an Ultralytics .pt file")
    try:
        from ultralytics import YOLO
    except ImportError as error:
        raise MissingExtra("train", "reading a checkpoint") from error
    return YOLO(str(checkpoint)).model.float().eval()


def convert(checkpoint: Path, head: Head) -> Any:
    """The checkpoint as an ``openvino.Model`` with free batch, height and width.

    Input ``images``: (N, 3, H, W) float32, RGB / 255, H and W multiples of 32. Output ``boxes``:
    ``one_to_many`` (N, 4 + classes, A) centre x, centre y, width, height in pixels, then class
    scores in [0, 1], which needs non-maximum suppression; ``one_to_one`` (N, 100, 6) left, top,
    right, bottom, confidence, class, strongest first, which needs none.

    Raises:
        ModelError: If the checkpoint cannot be read.
    """
    network = load_network(checkpoint)
    import openvino
    import torch

    network.model[-1].end2end = head == "one_to_one"
    network = network.fuse(verbose=False)
    detect = network.model[-1]
    detect.export, detect.dynamic, detect.format, detect.max_det = True, True, "openvino", MAX_BOXES
    example = torch.zeros(2, 3, INPUT_PX, INPUT_PX)
    with torch.no_grad():
        network(example)
    model = openvino.convert_model(network, example_input=example)
    model.inputs[0].set_names({"images"})
    model.outputs[0].set_names({"boxes"})
    return model


def save(model: Any, target: Path, *, fp16: bool = True) -> tuple[Path, Path]:
    """Write ``target`` (.xml) and its .bin; weights are kept in half precision if ``fp16``."""
    import openvino

    target.parent.mkdir(parents=True, exist_ok=True)
    openvino.save_model(model, target, compress_to_fp16=fp16)
    return target, target.with_suffix(".bin")


def file_entry(path: Path) -> dict[str, str | int]:
    """A row of ``files`` in ``weights/registry.toml``."""
    data = path.read_bytes()
    return {"path": path.name, "sha256": sha256(data).hexdigest(), "size_bytes": len(data)}
