"""Sharing inputs out to workers, without a cluster."""

import sys

import pytest

from vision.errors import MissingExtra
from vision.jobs.cluster import Place, _shared_out, audit_on_ray


class Worker:
    """A worker whose tasks are done as soon as they are asked for."""

    def __init__(self, name):
        self.name = name
        self.audit = self

    def remote(self, one):
        return (self.name, one)


class Ray:
    """Ray's two calls, finishing the newest task first."""

    def __init__(self):
        self.most_at_once = 0

    def wait(self, tasks, num_returns):
        self.most_at_once = max(self.most_at_once, len(tasks))
        return tasks[-num_returns:], tasks[:-num_returns]

    def get(self, task):
        return task[1]


@pytest.mark.parametrize(("workers", "inputs"), [(1, 5), (2, 5), (3, 3), (2, 2)])
def test_every_input_is_audited_once_and_nobody_is_idle(workers, inputs):
    ray = Ray()
    crew = [Worker(name) for name in range(workers)]
    assert sorted(_shared_out(crew, range(inputs), ray)) == list(range(inputs))
    assert ray.most_at_once == workers


def test_without_ray_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"deportment\[cluster\]"):
        list(audit_on_ray(Place(None, "events.db", tmp_path), [object()], 2))
