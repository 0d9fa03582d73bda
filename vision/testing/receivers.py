"""A receiver that remembers, and refuses where it is told to."""

from collections.abc import Sequence

from vision.errors import DeliveryError
from vision.ports import Letter


class ListReceiver:
    """A :class:`vision.ports.Receiver` that keeps what it is told.

    Args:
        refusals: Raised by the first calls, one each; after them every letter is taken.

    Attributes:
        taken: Every letter that was taken, in order.
    """

    def __init__(self, refusals: Sequence[DeliveryError] = ()) -> None:
        self._refusals = list(refusals)
        self.taken: list[Letter] = []

    def send(self, letter: Letter) -> None:
        """Take the letter, or refuse it as told.

        Raises:
            DeliveryError: If there is a refusal left.
        """
        if self._refusals:
            raise self._refusals.pop(0)
        self.taken.append(letter)
