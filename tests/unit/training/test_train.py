from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("ultralytics", reason="needs the train extra")

from tests.unit.training.pictures import box, picture  # noqa: E402
from vision.training.augment import Sample  # noqa: E402
from vision.training.network import blend  # noqa: E402
from vision.training.train import Recipe, collate, draw_batch, rate_at  # noqa: E402
from vision.types import Label  # noqa: E402

RECIPE = Recipe(Path("start.pt"), steps=100, batch=3, input_px=96, rate=1.0, warmup=10)


@pytest.mark.parametrize(
    ("progress", "step", "rate"),
    [(0.0, 0, 0.1), (0.0, 9, 1.0), (0.5, 50, 0.515), (1.0, 100, 0.03), (1.2, 120, 0.03)],
)
def test_the_rate_rises_then_falls(progress, step, rate):
    assert rate_at(progress, step, RECIPE) == pytest.approx(rate)


def test_a_batch_owns_its_boxes_in_shares_of_the_side():
    image = np.zeros((32, 32, 3), np.uint8)
    image[..., 0] = 255
    known = np.ones((9, 4, 4), np.uint8)
    none, one = np.zeros((0, 5), np.float32), np.array([[1, 8, 0, 24, 32]], np.float32)

    batch = collate([Sample(image, none, known), Sample(image, one, known)])

    assert batch["batch_idx"].tolist() == [1]
    assert batch["bboxes"].tolist() == [[0.5, 0.5, 0.5, 1.0]]
    assert batch["img"].shape == (2, 3, 32, 32)
    assert batch["img"][0, :, 0, 0].tolist() == [0, 0, 1]


def test_a_step_draws_the_same_batch_again_after_a_restart(tmp_path):
    pictures = [picture(tmp_path, boxes=[box(Label.PHONE)])]

    first, again, next_one = (draw_batch(pictures, [1.0], RECIPE, step) for step in (7, 7, 8))

    assert torch.equal(first["img"], again["img"])
    assert not torch.equal(first["img"], next_one["img"])


def test_blending_keeps_a_share_of_the_start():
    trained, start = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
    torch.nn.init.constant_(trained.weight, 1.0)
    torch.nn.init.constant_(start.weight, 2.0)

    blend(trained, start, 0.2)

    assert trained.weight.item() == pytest.approx(1.2)
