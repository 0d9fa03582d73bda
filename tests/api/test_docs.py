"""The page on the API names what there is, and the Grafana dashboard asks for what is measured."""

import json
import re
from pathlib import Path

from tests.api.support import Hall, bearer

DOCS = Path(__file__).parents[2] / "docs"


def test_every_noun_is_explained(hall: Hall) -> None:
    text = (DOCS / "api.md").read_text("utf-8")
    nouns = {path.split("/")[3] for path in hall.app.openapi()["paths"]}
    assert {noun for noun in nouns if noun not in text} == set()


def test_grafana_asks_for_metrics_that_there_are(hall: Hall) -> None:
    hall.client.get("/healthz")
    told = hall.client.get("/metrics", headers=bearer("all")).text
    dashboard = json.loads((DOCS / "grafana.json").read_text("utf-8"))
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"deportment_[a-z_]+", target["expr"])
    }
    assert {name for name in asked if f"\n{name}{{" not in told} == set()
    assert len(asked) == 5
