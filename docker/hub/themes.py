"""The themes of an event: what the starter notebooks' cards say."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"


@dataclass(frozen=True)
class Theme:
    """A starter notebook's card; `team` is empty where no team has it as its theme."""

    team: str
    title: str
    question: str


@cache
def themes() -> tuple[Theme, ...]:
    """The themes in the order of their folders."""
    cards = [json.loads(card.read_text(encoding="utf-8")) for card in sorted(NOTEBOOKS.glob("*/starter.json"))]
    return tuple(Theme(card["team"], card["title"], card["question"]) for card in cards)
