"""The exception tree: what is said, how it exits, what the API answers."""

import inspect
import pickle
from http import HTTPStatus
from pathlib import Path

import pytest

from vision import errors
from vision.errors import ConfigError, DeportmentError, MissingExtra, Mistake, NotFound

FILE = Path("hall.yaml")
MISTAKE = Mistake(FILE, 3, "site.id", "this key is missing")
EVERY = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, DeportmentError)
]
EXAMPLES = [
    ConfigError([MISTAKE, Mistake(FILE, None, "", "the file is empty")]),
    MissingExtra("train", "deportment train"),
    NotFound("event", "01J"),
    errors.UsageError("give --start"),
    errors.StoreError("the database is locked"),
]


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        (MISTAKE, "hall.yaml:3: site.id: this key is missing"),
        (Mistake(FILE, 3, "", "not valid YAML"), "hall.yaml:3: not valid YAML"),
        (Mistake(FILE, None, "", "the file is empty"), "hall.yaml: the file is empty"),
        (Mistake(FILE, None, "site", "wrong"), "hall.yaml: site: wrong"),
    ],
)
def test_a_mistake_reads_like_a_compiler_message(mistake: Mistake, text: str) -> None:
    assert str(mistake) == text


@pytest.mark.parametrize(
    ("error", "text", "exit_code", "status"),
    [
        (
            EXAMPLES[0],
            "hall.yaml:3: site.id: this key is missing\nhall.yaml: the file is empty",
            2,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
        (
            EXAMPLES[1],
            "deportment train needs the 'train' extra: pip install 'deportment[train]'",
            2,
            HTTPStatus.INTERNAL_SERVER_ERROR,
        ),
        (EXAMPLES[2], "there is no event '01J'", 1, HTTPStatus.NOT_FOUND),
        (EXAMPLES[3], "give --start", 2, HTTPStatus.UNPROCESSABLE_ENTITY),
        (EXAMPLES[4], "the database is locked", 1, HTTPStatus.SERVICE_UNAVAILABLE),
    ],
)
def test_an_error_knows_its_message_and_its_codes(
    error: DeportmentError, text: str, exit_code: int, status: HTTPStatus
) -> None:
    assert (str(error), error.exit_code, error.http_status) == (text, exit_code, status)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_the_way_out_of_a_worker_process(error: DeportmentError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), vars(copy)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_tree_of_the_docstring(kind: type[DeportmentError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.exit_code in (1, 2)
    assert kind.title
