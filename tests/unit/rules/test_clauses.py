"""Every rule cites what it enforces."""

import pytest

from vision.config import RULE_IDS
from vision.errors import NotFound
from vision.rules.clauses import citations, clause, clauses


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_every_rule_cites_a_clause_that_names_it(rule_id):
    cited = [clause(citation) for citation in citations(rule_id)]
    assert cited
    assert all(rule_id in one.rules for one in cited)


def test_a_citation_is_unique():
    assert len({one.citation for one in clauses()}) == len(clauses())


def test_phone_use_is_the_clause_on_other_work():
    assert "SZ 一.(一)" in citations("phone_use")
    assert clause("SN 二.8").text == "禁止在工作大厅内吸烟。"


def test_clauses_that_no_camera_can_judge_are_cited_by_nobody():
    assert "SN 二.6" not in {one.citation for one in clauses()}


def test_an_unknown_citation_is_named():
    with pytest.raises(NotFound, match="XX 1"):
        clause("XX 1")
