import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("ultralytics", reason="needs the train extra")

from vision.training.masked_loss import anchor_weights  # noqa: E402


def test_fine_anchors_read_their_own_cell():
    known = torch.zeros(1, 2, 4, 4)
    known[0, 1, 2, 3] = 1

    weights = anchor_weights(known, [8])

    assert weights.shape == (1, 16, 2)
    assert weights[0, :, 1].nonzero().flatten().tolist() == [2 * 4 + 3]
    assert not weights[0, :, 0].any()


def test_a_coarse_anchor_is_known_only_where_all_that_it_covers_is():
    known = torch.ones(1, 1, 4, 4)
    known[0, 0, 0, 0] = 0

    weights = anchor_weights(known, [8, 16, 32])

    assert weights.shape == (1, 16 + 4 + 1, 1)
    assert weights[0, 16:, 0].tolist() == [0, 1, 1, 1, 0]
