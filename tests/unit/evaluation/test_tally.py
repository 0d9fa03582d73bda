import pytest

from vision.evaluation.tally import tally
from vision.types import VerdictKind

V, C, U = VerdictKind.VIOLATION, VerdictKind.COMPLIANT, VerdictKind.UNKNOWN
BAD, GOOD = True, False


@pytest.mark.parametrize(
    ("answers", "precision", "recall", "f1", "unknown_share"),
    [
        ([], 0, 0, 0, 0),
        ([(BAD, V), (GOOD, C)], 1, 1, 1, 0),
        ([(BAD, C), (GOOD, V)], 0, 0, 0, 0),
        ([(BAD, V), (BAD, C), (GOOD, V), (GOOD, C)], 0.5, 0.5, 0.5, 0),
        ([(BAD, V), (BAD, U), (GOOD, U), (GOOD, C)], 1, 1, 1, 0.5),
        ([(BAD, V), (BAD, V), (BAD, C)], 1, 0.6667, 0.8, 0),
        ([(BAD, U)], 0, 0, 0, 1),
    ],
)
def test_shares(answers, precision, recall, f1, unknown_share):
    result = tally(answers)
    found = (result.precision, result.recall, result.f1, result.unknown_share)
    assert found == (precision, recall, f1, unknown_share)


def test_every_answer_is_counted_once():
    result = tally([(BAD, V), (BAD, C), (BAD, U), (GOOD, V), (GOOD, C), (GOOD, U), (GOOD, U)])
    assert (result.hits, result.misses, result.unknown_bad) == (1, 1, 1)
    assert (result.false_alarms, result.rejections, result.unknown_good) == (1, 1, 2)
