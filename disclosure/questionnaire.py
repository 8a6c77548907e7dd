"""The questionnaire that a plan's annex asks of the government's units, and what each of them returned: data/questionnaire/.

`questions.yaml` has the tables and questions as they were issued; every other file there is the return of one unit.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field as Key
from pydantic import field_validator

from disclosure.declared import Declared, as_day, bad, declared
from disclosure.problems import FAULT, Place, Problem
from disclosure.source import Tree, read_tree
from disclosure.source.trees import Trail

FOLDER, QUESTIONS = "data/questionnaire", "questions.yaml"


class Evidence(Declared):
    """What proves an answer: a page of this site, or a part of one. `at` is its place in the file, not written there."""

    label: str = Key(min_length=1)
    address: str = Key(min_length=1)
    at: str = ""


class Honour(Declared):
    """One commendation 表彰: who received it, what it is, who gave it, and in which year."""

    who: str
    what: str
    by: str
    year: int = Key(ge=1949, le=2100)


class Answer(Declared):
    """What a unit says to one question: 是 or 否, or the commendations it asks for; and the evidence."""

    question: str
    answer: Literal["", "是", "否"] = ""
    honours: list[Honour] = []
    evidence: list[Evidence] = []
    note: str = ""


class Return(Declared):
    """One unit's return: who filled it in and when, who in charge 分管领导 signed it ("" while nobody has), its answers."""

    unit: str
    by: str = ""
    date: datetime.date
    signed: str = ""
    answers: list[Answer]

    @field_validator("date", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        return as_day(value)


class Question(Declared):
    """One question and the units that it is put to; `honours` where it asks for commendations, not for yes or no."""

    question: str
    units: list[str] = Key(min_length=1)
    honours: bool = False


class Sheet(Declared):
    """One table of the annex: its name, how its questions are called for short, and the title of its last column."""

    name: str
    short: str
    proof: str = "佐证材料"
    questions: list[Question] = Key(min_length=1)


class Questionnaire(Declared):
    """All of it: title, the document it is the annex of, the day by which units answer, the column it stands in."""

    title: str
    basis: str
    due: datetime.date
    column: str = ""
    summary: str = ""
    tables: list[Sheet] = Key(min_length=1)
    returns: list[Return] = []

    @field_validator("due", mode="before")
    @classmethod
    def _due(cls, value: object) -> object:
        return as_day(value)

    def asked(self) -> dict[str, Question]:
        """Return every question by its name: the table's short name and its number in it."""
        return {
            f"{table.short} {number}": question
            for table in self.tables
            for number, question in enumerate(table.questions, 1)
        }

    def units(self) -> dict[str, list[str]]:
        """Return the names of the questions that each unit is asked, in the order in which the questions name the units."""
        found: dict[str, list[str]] = {}
        for name, question in self.asked().items():
            for unit in question.units:
                found.setdefault(unit, []).append(name)
        return found

    def returned(self, unit: str) -> Return | None:
        """Return what a unit returned."""
        return next((returned for returned in self.returns if returned.unit == unit), None)

    def missing(self, unit: str) -> list[str]:
        """Return the questions that a unit has not answered, all of them while nobody in charge has signed."""
        returned = self.returned(unit)
        done = {answer.question for answer in returned.answers} if returned and returned.signed else set()
        return [name for name in self.units()[unit] if name not in done]

    def evidence(self) -> Iterator[Evidence]:
        """Yield all evidence of all returns."""
        for returned in self.returns:
            for answer in returned.answers:
                yield from answer.evidence


def load_questionnaire(root: Path) -> tuple[Questionnaire | None, list[Problem]]:
    """Return the questionnaire with all returns, None where there is none, and all faults."""
    folder = root / FOLDER
    if not folder.is_dir():
        return None, []
    tree, problems = read_tree(folder / QUESTIONS, f"{FOLDER}/{QUESTIONS}")
    if problems:
        return None, problems
    asked, problems = declared(Questionnaire, tree)
    returns: list[Return] = []
    for path in sorted(folder.iterdir()):
        if path.name == QUESTIONS or path.name.startswith((".", "~$")):
            continue
        name = f"{FOLDER}/{path.name}"
        if path.suffix != ".yaml":
            why, mend = "调查问卷只收 YAML 文件", f"每个单位一份 .yaml，写法见 docs/；「{path.name}」移到别处"
            problems.append(Problem("unknown-file", Place(name), f"不认识的文件「{path.name}」", why, mend))
            continue
        given, faults = _return(path, name)
        if given and asked:
            faults += _unfit(given[0], given[1], asked, [returned.unit for returned in returns])
            returns.append(given[0])
        problems += faults
    return (asked and asked.model_copy(update={"returns": returns})), problems


def _return(path: Path, name: str) -> tuple[tuple[Return, Tree] | None, list[Problem]]:
    tree, problems = read_tree(path, name)
    if problems:
        return None, problems
    for trail, evidence in list(_pieces(tree)):
        evidence["at"] = str(tree.place(trail))
    returned, problems = declared(Return, tree)
    return (returned, tree) if returned else None, problems


def _pieces(tree: Tree) -> Iterator[tuple[Trail, dict[str, Any]]]:
    """Yield what stands where evidence is written, with its place."""
    answers = tree.value.get("answers") if isinstance(tree.value, dict) else None
    for at, answer in enumerate(answers if isinstance(answers, list) else []):
        pieces = answer.get("evidence") if isinstance(answer, dict) else None
        for number, piece in enumerate(pieces if isinstance(pieces, list) else []):
            if isinstance(piece, dict):
                yield ("answers", at, "evidence", number), piece


def _unfit(returned: Return, tree: Tree, asked: Questionnaire, before: list[str]) -> Iterator[Problem]:
    """Yield what of a return does not fit the questions."""
    questions, units = asked.asked(), asked.units()
    mine = units.get(returned.unit, [])
    if not mine:
        yield bad(tree.place(("unit",)), f"问卷没有问「{returned.unit}」", "它不是任何一题的责任单位",
                  f"改成其中之一：{'、'.join(units)}")  # fmt: skip
        return
    if returned.unit in before:
        yield bad(tree.place(("unit",)), f"「{returned.unit}」已经有一份答卷", "一个单位只收一份", "合并到一个文件里")
    done: set[str] = set()
    for at, answer in enumerate(returned.answers):
        place = tree.place(("answers", at, "question"))
        if answer.question not in mine:
            yield bad(place, f"「{answer.question}」不是问「{returned.unit}」的题", "题目写表的简称和序号，中间空一格",
                      f"改成其中之一：{'、'.join(mine)}")  # fmt: skip
        elif answer.question in done:
            yield bad(place, f"「{answer.question}」答了两次", "一题只答一次", "删去一处")
        elif questions[answer.question].honours and answer.answer:
            yield bad(tree.place(("answers", at, "answer")), "表彰一题答了是或否", "这一题要逐项列出表彰，没有就写 honours: []",
                      "删去 answer，改写 honours")  # fmt: skip
        elif not questions[answer.question].honours and not answer.answer:
            yield bad(
                place, f"「{answer.question}」没有答是或否", "这一题要答是或否", "加一行「answer: 是」或「answer: 否」"
            )
        elif (answer.answer == "是" or answer.honours) and not answer.evidence:
            yield no_evidence(tree.place(("answers", at)), f"「{answer.question}」没有佐证材料", "答「是」、列出表彰，都要有本站的页面作证",
                              "加 evidence，写 label 和 address；没有就答「否」")  # fmt: skip
        done.add(answer.question)


def no_evidence(place: Place, what: str, why: str, mend: str, severity: str = FAULT) -> Problem:
    """Return that an answer has no proof."""
    return Problem("no-evidence", place, what, why, mend, severity)
