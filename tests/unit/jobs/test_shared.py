"""One model for many threads: everybody gets his own answers, and his turn."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vision.errors import ModelError
from vision.jobs.shared import Shared


def pictures(*numbers):
    return [np.full((2, 2, 3), number, np.uint8) for number in numbers]


def read(images):
    return [int(image[0, 0, 0]) for image in images]


class Gate:
    """A model that waits in its first call until it is let go."""

    def __init__(self, error=None):
        self.calls = []
        self.error = error
        self.entered, self.let_go = threading.Event(), threading.Event()

    def __call__(self, images):
        self.calls.append(read(images))
        self.entered.set()
        assert self.let_go.wait(10)
        if self.error and len(self.calls) > 1:
            raise self.error
        return read(images)


def ask_behind(gate, shared, *requests):
    """Ask while the model is busy with picture 0; answers or errors in the order of asking."""
    with ThreadPoolExecutor(len(requests) + 1) as threads:
        first = threads.submit(shared.ask, pictures(0))
        assert gate.entered.wait(10)
        futures = []
        for number, request in enumerate(requests, 1):
            futures.append(threads.submit(shared.ask, request))
            while len(shared._waiting) < number:
                pass
        gate.let_go.set()
        assert first.result() == [0]
    return futures


def test_requests_that_wait_are_gathered_into_one_call():
    gate = Gate()
    futures = ask_behind(gate, Shared(gate), pictures(1, 2), pictures(3), pictures(4, 5))
    assert gate.calls == [[0], [1, 2, 3, 4, 5]]
    assert [future.result() for future in futures] == [[1, 2], [3], [4, 5]]


def test_a_call_takes_the_oldest_and_no_more_than_fit():
    gate = Gate()
    shared = Shared(gate, most_images=3)
    requests = [pictures(1, 2), pictures(3, 4), pictures(5, 6, 7, 8), pictures(9)]
    futures = ask_behind(gate, shared, *requests)
    assert gate.calls == [[0], [1, 2], [3, 4], [5, 6, 7, 8], [9]]
    assert [future.result() for future in futures] == [read(one) for one in requests]


def test_an_answer_does_not_wait_for_the_next_call():
    entered, let_go = threading.Event(), threading.Event()

    def model(images):
        for _ in filter(lambda number: number == 3, read(images)):
            entered.set()
            assert let_go.wait(10)
        return read(images)

    gate = Gate()
    calls = iter([gate])
    shared = Shared(lambda images: next(calls, model)(images), most_images=2)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(shared.ask, pictures(0))
        assert gate.entered.wait(10)
        futures = []
        for number in (1, 2, 3):
            futures.append(threads.submit(shared.ask, pictures(number)))
            while len(shared._waiting) < number:
                pass
        gate.let_go.set()
        try:
            assert entered.wait(10)
            assert [one.result(5) for one in (first, *futures[:2])] == [[0], [1], [2]]
            assert not futures[2].done()
        finally:
            let_go.set()
        assert futures[2].result() == [3]


def test_a_failure_reaches_everybody_it_concerns():
    gate = Gate(RuntimeError("broken"))
    futures = ask_behind(gate, Shared(gate), pictures(1), pictures(2))
    kinds = sorted(type(future.exception()).__name__ for future in futures)
    assert kinds == ["ModelError", "RuntimeError"]


def test_the_model_can_be_used_again_after_a_failure():
    failing = iter([True])

    def model(images):
        for _ in failing:
            raise ModelError("once")
        return read(images)

    shared = Shared(model)
    with pytest.raises(ModelError, match="once"):
        shared.ask(pictures(1))
    assert shared.ask(pictures(2)) == [2]


def test_nothing_asked_costs_nothing():
    def model(_):
        raise AssertionError

    assert Shared(model).ask([]) == []


def test_many_threads_get_their_own_answers():
    told = []
    shared = Shared(read, lambda seconds, images: told.append((seconds, images)), most_images=8)

    def many(first):
        return [shared.ask(pictures(first, step)) for step in range(50)]

    with ThreadPoolExecutor(8) as threads:
        for first, answers in enumerate(threads.map(many, range(8))):
            assert answers == [[first, step] for step in range(50)]
    assert sum(images for _, images in told) == 8 * 50 * 2
    assert min(seconds for seconds, _ in told) >= 0
