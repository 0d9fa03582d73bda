import json

import av
import numpy as np
import pytest

from tests.unit.simulation.scenes import scenario
from vision.simulation import film
from vision.simulation.film import CHUNK_FRAMES, chunks, label_line, write_video
from vision.simulation.labels import Box, Landmarks


@pytest.mark.parametrize(("duration_s", "lengths"), [(8, [40]), (10, [40, 10]), (40, [40] * 5)])
def test_chunks_cover_every_frame_once(duration_s, lengths):
    cut = chunks(scenario(duration_s=duration_s))

    assert [len(chunk) for chunk in cut] == lengths
    assert [frame for chunk in cut for frame in chunk] == list(range(duration_s * 5))


def test_a_label_line_is_plain_data_in_class_order():
    found = [Box("shoes", "a", (1, 2, 3, 4), 0.5), Box("person", "a", (0, 0, 9, 9), 1.0)]
    pose = Landmarks("a", np.tile([1.5, 2.5, 1.0], (33, 1)), np.zeros((33, 3)))

    line = json.loads(json.dumps(label_line(7, 1.4, found, [pose])))

    assert [box["class"] for box in line["boxes"]] == ["person", "shoes"]
    assert line["boxes"][1]["xyxy"] == [1, 2, 3, 4]
    assert line["poses"][0]["landmarks"][32] == [1.5, 2.5, 1]
    assert (line["frame"], line["t_s"]) == (7, 1.4)


def test_the_video_has_every_frame_and_a_key_frame_every_two_seconds(tmp_path):
    camera = scenario().camera.model_copy(update={"width": 320, "height": 240})
    small = scenario(duration_s=6, camera=camera.model_dump())
    pictures = (np.full((240, 320, 3), 8 * i, dtype=np.uint8) for i in range(30))

    write_video(small, pictures, tmp_path / "clip.mp4")

    with av.open(str(tmp_path / "clip.mp4")) as clip:
        frames = list(clip.decode(video=0))
        assert clip.streams.video[0].codec_context.pix_fmt == "yuv420p"
        assert clip.metadata["creation_time"].startswith("2026-07-06T01:00:00")
    assert len(frames) == 30
    assert [index for index, frame in enumerate(frames) if frame.key_frame] == [0, 10, 20]
    assert float(frames[-1].time) == pytest.approx(5.8, abs=0.01)


def test_finished_chunks_are_not_rendered_again(tmp_path, monkeypatch):
    small = scenario(duration_s=24)
    (tmp_path / "000000.jsonl").write_text("{}\n")
    rendered, told = [], []

    def fake(scenario_, chunk, parts):
        rendered.append(chunk.start)
        return len(chunk)

    monkeypatch.setattr(film, "render_chunk", fake)
    film._render_parts(small, tmp_path, 1, told.append)

    assert rendered == [CHUNK_FRAMES, 2 * CHUNK_FRAMES]
    assert told == [40, 40, 40]


def test_pictures_are_kept_without_loss(tmp_path):
    small = scenario(duration_s=1)
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (24, 32, 3), dtype=np.uint8) for _ in range(5)]

    film._store(pictures, tmp_path / "000000.npz")

    np.testing.assert_array_equal(list(film._pictures(small, tmp_path)), pictures)
