"""docs/ledgers.md followed as an office clerk would: the row that it shows, in the file that it names, is on the page that it names."""

from __future__ import annotations

import csv
import io
import re

import pytest
from frontdoor import PROJECT, Outcome, program, start, visible, write

from disclosure.declarations import load_registers

HANDBOOK = (PROJECT / "docs" / "ledgers.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^### (\S+)\n\n加在 `([^`]+)`，看 `([^`]+)`：\n\n```csv\n(.+)\n```$", HANDBOOK, re.M)


def without_proofs(text: str) -> str:
    """Return a ledger whose proofs, pages of the whole site, are left out."""
    rows = [{**row, "佐证": ""} if "佐证" in row else row for row in csv.DictReader(io.StringIO(text))]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A site of the ledgers alone, each with the row of the handbook at its end."""
    root = tmp_path_factory.mktemp("ledgers") / "site"
    start(root, "standard")
    files = {}
    for _, file, _, row in SHOWN:
        files[file] = without_proofs((PROJECT / file).read_text(encoding="utf-8-sig")) + row + "\n"
    write(root, files)
    done = program("build", "--root", str(root), "--jobs", "1", "--as-of", "2026-11-22")
    return Outcome(root, root / "public", done.returncode, done.stdout, done.stderr).good()


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown[0])
def test_the_row_of_the_handbook_is_on_the_page_that_it_names(shown: tuple[str, str, str, str], kept: Outcome) -> None:
    name, file, page, row = shown
    register = load_registers(kept.root / "data", kept.root)[0][name]
    titles = (kept.root / file).read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    (values,) = csv.reader([row])
    assert len(values) == len(titles), f"{file}: {len(values)} values for {len(titles)} titles"
    said = dict(zip(titles, values, strict=True))
    told = visible(kept.page(page))
    assert all(said[title] in told for title in register.title), told
    account = next(line for line in kept.stdout.splitlines() if line.startswith(file))
    before = len(list(csv.reader((PROJECT / file).read_text(encoding="utf-8-sig").splitlines()))) - 1
    assert account.split()[1:3] == [str(before + 1)] * 2


def test_the_handbook_shows_a_row_of_every_ledger_and_says_when_it_is_settled() -> None:
    registers, _ = load_registers(PROJECT / "data", PROJECT)
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| [^|]+ \| ([^|]+) \|([^|]*)\|$", HANDBOOK, re.M)
    ledgers = [path.parent.name for path in (PROJECT / "data").glob("*/ledger.csv")]
    assert sorted(row[0] for row in rows) == sorted(name for name, *_ in SHOWN) == sorted(ledgers)
    for name, label, until, done in rows:
        deadline = registers[name].deadline
        assert label == registers[name].label
        assert until == (f"`{deadline.date}`" if deadline else "没有")
        assert done.strip() == (
            "、".join(word for words in deadline.done.values() for word in words) if deadline else ""
        )


def test_a_clerks_slips_are_told_with_the_cell_and_the_mend(kept: Outcome) -> None:
    _, file, _, row = next(shown for shown in SHOWN if shown[0] == "gov-promise")
    for slip, said in (
        (row.replace("履行中", "在办"), "「在办」"),
        (row.replace("2026-12-25", "十二月底"), "「十二月底」"),
        (row.replace(",履行中", ""), "missing-cells"),
    ):
        text = (kept.root / file).read_text(encoding="utf-8")
        with_slip = text.replace(row, slip)
        assert with_slip != text
        try:
            kept.check(files={file: with_slip}).refused(said, file)
        finally:
            write(kept.root, {file: text})
