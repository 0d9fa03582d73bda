"""The service under test, over stores in memory."""

from collections.abc import Iterator

import pytest

from tests.api.support import Hall, open_hall
from vision.testing.stores import MemoryStore


@pytest.fixture
def hall() -> Iterator[Hall]:
    made = open_hall(MemoryStore())
    with made.client:
        yield made
