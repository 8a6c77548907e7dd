"""Files made to kill or to mislead a reader: `python tests/hostile.py FOLDER` writes them, a name for what each tries."""

from __future__ import annotations

import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]

TITLES = ["名称", "代码", "文号", "类别", "日期", "机关"]
ROW = ["黑河甲乙公司", "91231102000000001Y", "1号", "警告", "2026-05-06", "黑河市甲局"]
SHEET = "xl/worksheets/sheet1.xml"
Maker = Callable[[], bytes]


def good_book(cells: dict[str, str] | None = None) -> bytes:
    """Return a workbook that nothing is wrong with."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("一")
        sheet.write_row(0, 0, TITLES)
        sheet.write_row(1, 0, ROW)
        for cell, value in (cells or {}).items():
            sheet.write_string(cell, value)
    return stream.getvalue()


def book_with(change: dict[str, Callable[[bytes], bytes]], added: dict[str, bytes] | None = None) -> bytes:
    """Return the good workbook with some parts changed and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good_book())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change[name](data) if name in change else data)
        for name, data in (added or {}).items():
            new.writestr(name, data)
    return stream.getvalue()


def sheet_of(cells: str) -> Callable[[bytes], bytes]:
    """Return what puts other cells into a sheet."""
    return lambda data: re.sub(
        rb"<sheetData>.*</sheetData>",
        f"<sheetData>{cells}</sheetData>".encode().replace(b"\\", b"\\\\"),
        data,
        flags=re.S,
    )


def inline(cell: str, text: str = "x") -> str:
    """Return one cell with its text in it."""
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


def with_sizes(data: bytes, name: str, packed: int | None = None, unpacked: int | None = None, flag: int = 0) -> bytes:
    """Return a zip file whose headings claim something else of one part."""
    changed = bytearray(data)
    for mark, at_flag, at_sizes, at_name in ((b"PK\x03\x04", 6, 18, 30), (b"PK\x01\x02", 8, 20, 46)):
        at = changed.find(mark)
        while at >= 0:
            length = struct.unpack_from("<H", changed, at + at_sizes + 8)[0]
            if changed[at + at_name : at + at_name + length] == name.encode():
                struct.pack_into("<H", changed, at + at_flag, struct.unpack_from("<H", changed, at + at_flag)[0] | flag)
                for offset, size in ((0, packed), (4, unpacked)):
                    if size is not None:
                        struct.pack_into("<I", changed, at + at_sizes + offset, size)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def many_parts() -> bytes:
    """A workbook of 10,500 parts."""
    return book_with({}, {f"xl/p{n}": b"" for n in range(10_500)})


def twice() -> bytes:
    """A workbook with two sheets of one name, of which each reader takes another."""
    return book_with({}, {SHEET.upper(): b"<worksheet/>"})


def doctype(entity: str, use: str) -> Callable[[bytes], bytes]:
    """Return what declares entities in a part and uses one."""
    return lambda data: re.sub(
        rb"(<\?xml[^>]*\?>)(.*?)(<sheetData>)",
        lambda m: m[1] + entity.encode() + m[2] + m[3] + f'<row r="9">{inline("A9", use)}</row>'.encode(),
        data,
        count=1,
        flags=re.S,
    )


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
)


def shared_strings_heavy(data: bytes) -> bytes:
    """One text of a million characters, to be shown in thousands of cells."""
    return data.replace(b"<si>", b"<si><t>" + b"x" * 1_000_000 + b"</t></si><si>", 1)


def heavy_cells() -> str:
    """Cells that all show the first shared text."""
    return "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 6000))


def merged(data: bytes) -> bytes:
    """Three thousand areas of a million rows, over a sheet whose last cell is at its end."""
    data = sheet_of(f'<row r="1">{inline("A1")}</row><row r="1048576">{inline("A1048576")}</row>')(data)
    areas = "".join(f'<mergeCell ref="A{n}:A1048576"/>' for n in range(1, 3001))
    return data.replace(b"</sheetData>", f'</sheetData><mergeCells count="3000">{areas}</mergeCells>'.encode())


def ole2(name: str, content: bytes, next_sector: int = 0xFFFFFFFE) -> bytes:
    """Return a compound file with one stream; its chain of sectors may be made to run in a circle."""
    content += bytes(-len(content) % 512)
    count = len(content) // 512
    fat = [*range(1, count), next_sector, 0xFFFFFFFE, 0xFFFFFFFD]
    fat_sector = struct.pack("<128I", *(fat + [0xFFFFFFFF] * 128)[:128])

    def entry(title: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        head = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    folder = (entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(name, 2, 0, len(content))).ljust(512, b"\0")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, count, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    header += struct.pack("<109I", count + 1, *[0xFFFFFFFF] * 108)
    return header + content + folder + fat_sector


def old_book(far: bool = False) -> bytes:
    """Return an XLS workbook, its last cell at the end of the sheet if asked."""
    stream = io.BytesIO()
    book = xlwt.Workbook()
    sheet = book.add_sheet("一")
    for column, (title, value) in enumerate(zip(TITLES, ROW, strict=True)):
        sheet.write(0, column, title)
        sheet.write(1, column, value)
    if far:
        sheet.write(65535, 255, "x")
    book.save(stream)
    return stream.getvalue()


def records(*parts: tuple[int, bytes]) -> bytes:
    """Return records of a BIFF8 workbook."""
    begin = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (begin, *parts)).ljust(4096, b"\0")


def spreadsheets() -> dict[str, Maker]:
    """Return what makes the hostile spreadsheets, by name: who wants the names need not pack thirty megabytes of zeros."""
    far = inline("XFD1048576")
    links = "xl/externalLinks/externalLink1.xml"
    return {
        "bomb.xlsx": lambda: book_with({}, {"xl/media/image1.png": bytes(30_000_000)}),
        "claims-4-gigabytes.xlsx": lambda: with_sizes(good_book(), SHEET, unpacked=4_000_000_000),
        "claims-less-than-it-is.xlsx": lambda: with_sizes(
            book_with({}, {"xl/p.xml": bytes(30_000_000)}), "xl/p.xml", unpacked=100
        ),
        "claims-beyond-its-end.xlsx": lambda: with_sizes(good_book(), SHEET, packed=2_000_000_000),
        "many-parts.xlsx": many_parts,
        "twice.xlsx": twice,
        "cut-off.xlsx": lambda: good_book()[:-200],
        "locked-part.xlsx": lambda: with_sizes(good_book(), SHEET, flag=1),
        "locked.xlsx": lambda: ole2("EncryptedPackage", bytes(4096)),
        "far-cell.xlsx": lambda: good_book({"XFD1048576": "x"}),
        "far-cell-in-single-quotes.xlsx": lambda: book_with(
            {SHEET: sheet_of(f"<row r='1048576'>{far}</row>".replace('"', "'"))}
        ),
        "far-cell-spelt-with-entities.xlsx": lambda: book_with(
            {SHEET: sheet_of(f"{inline('A1')}{far}".replace("XFD", "&#88;&#70;&#68;"))}
        ),
        "far-cell-without-row.xlsx": lambda: book_with({SHEET: sheet_of(inline("A1") + far)}),
        "laughs.xlsx": lambda: book_with({SHEET: doctype(LAUGHS, "&a9;")}),
        "entity-from-a-file.xlsx": lambda: book_with(
            {SHEET: doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;")}
        ),
        "entity-in-utf-16.xlsx": lambda: book_with(
            {SHEET: lambda data: doctype(LAUGHS, "&a9;")(data).replace(b"UTF-8", b"UTF-16").decode().encode("utf-16")}
        ),
        "another-file.xlsx": lambda: book_with({}, {links: b'<?xml version="1.0"?><externalLink/>'}),
        "heavy-text.xlsx": lambda: book_with(
            {"xl/sharedStrings.xml": shared_strings_heavy, SHEET: sheet_of(heavy_cells())}
        ),
        "merged-a-thousandfold.xlsx": lambda: book_with({SHEET: merged}),
        "three-thousand-columns.xlsx": lambda: good_book({"DKJ1": "x"}),
        "no-sheets.xlsx": lambda: book_with(
            {"xl/workbook.xml": lambda data: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", data)}
        ),
        "formula-without-result.xlsx": lambda: book_with({SHEET: sheet_of('<row r="1"><c r="A1"><f>B1</f></c></row>')}),
        "page.xls": lambda: b"<html><table><tr><td>" + "名称".encode() + b"</td></tr></table></html>",
        "text.xls": lambda: b"\xef\xbb\xbf" + ",".join(TITLES).encode(),
        "zlib-only.xlsx": lambda: b"PK\x03\x04" + zlib.compress(bytes(30_000_000), 9),
        "cut-off.xls": lambda: old_book()[:3000],
        "far-cell.xls": lambda: old_book(far=True),
        "locked.xls": lambda: ole2(
            "Workbook", records((0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)), (0x000A, b""))
        ),
        "runs-in-a-circle.xls": lambda: ole2("Workbook", records((0x000A, b"")), next_sector=0),
        "signature-only.xls": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    }


def trees() -> dict[str, Maker]:
    """Return what makes the hostile YAML files, by name."""
    record = "- {" + ", ".join(f"{title}: {value}" for title, value in zip(TITLES, ROW, strict=True)) + "}\n"
    laughs = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    texts = {
        "laughs": laughs,
        "itself": "- &a [*a]\n",
        "merge": "- &a {名称: 甲}\n- {<<: *a}\n",
        "object": "- !!python/object/apply:os.system [id]\n",
        "tag": "- !!binary aGVpaGU=\n",
        "deep-lists": "[" * 1_000_000,
        "deep-maps": "{a: " * 500_000,
        "deep-dashes": "- " * 500_000 + "a",
        "deep-lines": "".join(f"{' ' * n}a:\n" for n in range(2_000)),
        "deep-questions": "? " * 500_000,
        "directives": "".join(f"%TAG !a{n}! tag:x\n" for n in range(80_000)) + "---\n- a\n",
        "values": "[" + "a," * 2_000_000 + "]",
        "maps-on-one-line": "[" + "{a: b}," * 500_000 + "]",
        "lines": "- a\n" * 1_000_000,
        "large": "# " + "x" * 6_000_000,
        "columns": "".join(f"- {{k{n}: v}}\n" for n in range(20_000)),
        "key-twice": "- {名称: 甲, 名称: 乙}\n",
        "documents": record + "---\n" + record,
        "nul": record + "\0",
        "half-a-character": '- {名称: "\\uD800"}\n',
        "quote-without-end": '- "' + "x\n" * 90_000,
    }
    made: dict[str, Maker] = {f"{name}.yaml": text.encode for name, text in texts.items()}
    return made | {"bytes.yaml": lambda: b"- \xff\xfe\xfd\n"}


def write_all(folder: Path) -> list[Path]:
    """Write all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {**spreadsheets(), **trees()}
    for name, make in files.items():
        (folder / name).write_bytes(make())
    return [folder / name for name in files]


if __name__ == "__main__":
    print(f"{len(write_all(Path(sys.argv[1])))} files")
