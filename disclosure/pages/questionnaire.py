"""The questionnaire of a plan's annex as it was issued, with what the units returned, and which of them have not."""

from __future__ import annotations

from collections.abc import Iterator

from disclosure.kinds import show_date
from disclosure.pages.frame import column_tags, frame
from disclosure.pages.world import Context, Page, World
from disclosure.questionnaire import Answer, Question, Questionnaire

ADDRESS = "questionnaire.html"


def plan(world: World) -> Iterator[Page]:
    """One page, where there is a questionnaire."""
    if world.questionnaire:
        yield Page(ADDRESS, "questionnaire")


def show(world: World, page: Page) -> Context:
    """Return the tables with the answers, how far the units are, and who is late."""
    asked = world.questionnaire
    assert asked is not None
    column = world.articles.get(asked.column)
    crumbs = [(column.title, column.address)] if column else []
    units = [_unit(world, asked, unit) for unit in asked.units()]
    tags = column_tags(world, asked.title, asked.summary or asked.title)
    return {
        **frame(world, page, asked.title, crumbs, tags, within=asked.column),
        "basis": asked.basis,
        "summary": asked.summary,
        "due": show_date(asked.due.isoformat()),
        "tables": [
            {
                "name": table.name,
                "id": f"t{number}",
                "proof": table.proof,
                "rows": [
                    _row(world, asked, f"{table.short} {at}", at, question)
                    for at, question in enumerate(table.questions, 1)
                ],
            }
            for number, table in enumerate(asked.tables, 1)
        ],
        "units": units,
        "answered": sum(unit["answered"] for unit in units),
        "asked": sum(unit["asked"] for unit in units),
        "late": sum(bool(unit["late"]) for unit in units),
    }


def _unit(world: World, asked: Questionnaire, unit: str) -> Context:
    """How far one unit is, and by how many days it is late."""
    returned, mine, missing = asked.returned(unit), asked.units()[unit], asked.missing(unit)
    answered = len(returned.answers) if returned else 0
    days = (world.as_of - asked.due).days
    state = "已反馈"
    if missing:
        state = "未反馈" if not returned else "还没有答完" if returned.signed else "待分管领导签字"
    return {
        "name": unit,
        "asked": len(mine),
        "answered": answered,
        "missing": missing,
        "by": returned.by if returned else "",
        "date": show_date(returned.date.isoformat()) if returned else "",
        "signed": returned.signed if returned else "",
        "state": state,
        "late": f"逾期 {days} 天" if missing and days > 0 else "",
    }


def _row(world: World, asked: Questionnaire, name: str, number: int, question: Question) -> Context:
    given = [_given(world, asked, unit, name, question) for unit in question.units]
    return {"number": number, "question": question.question, "honours": question.honours, "given": given}


def _given(world: World, asked: Questionnaire, unit: str, name: str, question: Question) -> Context:
    """What one unit says to one question; where it has said nothing, nothing but its name."""
    returned = asked.returned(unit)
    answers = returned.answers if returned else []
    answer = next((answer for answer in answers if answer.question == name), Answer(question=""))
    said = f"{len(answer.honours)} 项" if question.honours and answer.question else answer.answer
    return {
        "unit": unit,
        "said": said,
        "honours": [f"{h.year}年，{h.who}：{h.what}（{h.by}）" for h in answer.honours],
        "evidence": [
            {"label": piece.label, "address": piece.address}
            for piece in answer.evidence
            if piece.address not in world.lost
        ],
        "note": answer.note,
    }
