"""What a spreadsheet is, measured before anything parses it: its true kind, its parts, how much they unpack to, how far they reach."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PARTS = 10_000
UNPACKED_BYTES = 500_000_000
RATIO = 200
RATIO_FROM = 20_000_000
CELLS = 12_000_000
CHUNK = 1 << 20
OVERLAP = 500

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "文件加了密码"
FAR = "有一格写在离其他内容极远的位置，整张表过大"
_LETTERS = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{1,9})\d""")
_ROWS = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["']\s*(\d{1,9})|\sr\s*=\s*["']\s*[A-Za-z]+(\d{7,9})""")
_LETTERS_AS_USUAL = re.compile(rb'<c r="([A-Z]{1,9})')
_ROWS_AS_USUAL = re.compile(rb'<row r="(\d{1,9})')
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*)>(?:(?!</(?:\w+:)?c>).)*?(?:(</(?:\w+:)?f></(?:\w+:)?c>)|<(?:\w+:)?v>(#[^<>]{1,20})</)""",
    re.S,
)
_CELL = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]+\d+)""")


class Unfit(Exception):
    """Raised where a file may not be parsed: why, and the part and cell if there is one."""

    def __init__(self, why: str, part: str = "", cell: str = "") -> None:
        super().__init__(why)
        self.why, self.part, self.cell = why, part, cell


def measure(path: Path) -> int:
    """Return how many bytes the workbook unpacks to; raise Unfit where it may not be parsed."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(4096)
        if head.startswith(OLE2):
            if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in stream.read(size):
                raise Unfit(LOCKED)
            return size
        if not head.startswith(b"PK\x03\x04"):
            raise Unfit(_what_else(head))
        stream.seek(0)
        try:
            return _book(stream, size)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error, zlib.error) as error:
            raise Unfit("它不是电子表格，或已损坏") from error


def _what_else(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        return "它其实是网页，只是名字像电子表格"
    if start.startswith(b"<"):
        return "它其实是 XML，只是名字像电子表格"
    return "它不是电子表格，或已损坏、不完整"


def _book(stream: BinaryIO, size: int) -> int:
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise Unfit("它不是电子表格，或已损坏、不完整")
    count, index_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > PARTS or index_bytes > PARTS * 200:
        raise Unfit(f"里面的部件超过 {PARTS:,} 个")
    members = zipfile.ZipFile(stream).infolist()
    names = {member.filename.casefold() for member in members}
    if len(members) > PARTS or len(names) < len(members):
        raise Unfit("里面有两个部件同名")
    if any(member.flag_bits & 1 for member in members):
        raise Unfit(LOCKED)
    if any(name.lstrip("/").startswith("xl/externallinks/") for name in names):
        raise Unfit("表里引用了别的文件（外部链接），值不一定是现在的")
    if sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise Unfit(f"解压后超过 {UNPACKED_BYTES // 1_000_000} MB")
    if any(m.file_size > RATIO_FROM and m.file_size > RATIO * max(m.compress_size, 1) for m in members):
        raise Unfit(f"有的部件压缩到不足 {RATIO} 分之一，不像真的表格")
    for member in members:
        if not member.is_dir():
            _part(member.filename, _unpacked(stream, member))
    return sum(member.file_size for member in members)


def _unpacked(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a part really unpacks to, not what its heading claims; refuse it where the two differ."""
    stream.seek(member.header_offset)
    heading = stream.read(30)
    if len(heading) < 30 or not heading.startswith(b"PK\x03\x04") or member.compress_type not in (0, 8):
        raise Unfit("里面的部件写得不合规则")
    name, extra = struct.unpack("<HH", heading[26:30])
    stream.seek(name + extra, 1)
    left, total = member.compress_size, 0
    inflater = zlib.decompressobj(-15) if member.compress_type == 8 else None
    while left > 0:
        packed = stream.read(min(left, CHUNK // 4))
        if not packed:
            break
        left -= len(packed)
        while packed:
            chunk = inflater.decompress(packed, CHUNK) if inflater else packed
            packed = inflater.unconsumed_tail if inflater else b""
            total += len(chunk)
            if total > member.file_size:
                raise Unfit("有的部件解压出来比它自己写的大")
            yield chunk
    if left or (inflater and inflater.unused_data):
        raise Unfit("它不完整，或已损坏")
    if total != member.file_size or (inflater and not inflater.eof):
        raise Unfit("它不完整，或已损坏")


def _part(name: str, chunks: Iterator[bytes]) -> None:
    """Look through one part for what a workbook of ours never has, and for how far its cells reach."""
    is_sheet, width, height, cells, tail = False, 0, 0, 0, b""
    for number, chunk in enumerate(chunks):
        if number == 0 and chunk[:2] in (b"\xfe\xff", b"\xff\xfe", b"<\0", b"\0<"):
            raise Unfit("里面的 XML 不是 UTF-8 编码")
        if number == 0 and not chunk.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            for _ in chunks:  # A picture and the like: only its size matters.
                pass
            return
        text = tail + chunk
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise Unfit("里面有 DOCTYPE 声明，真的表格没有")
        is_sheet = is_sheet or b"sheetData" in text
        if is_sheet:
            wide, low = _reach(text)
            width, height = max(width, wide), max(height, low)
            cells += chunk.count(b"<c ") + chunk.count(b"<c>") + chunk.count(b"<c/>")
            if max(width * height, cells) > CELLS:
                raise Unfit(FAR if width * height > CELLS else f"超过 {CELLS // 10_000:,} 万格")
            if b"</f></" in text or b">#" in text:
                _formulas(name, text)
        tail = text[-OVERLAP:]


def _reach(text: bytes) -> tuple[int, int]:
    """Return the furthest column and row that cells of a text name; quickly where it is written as all programs write it."""
    as_usual = text.count(b"<c ") == text.count(b'<c r="') and text.count(b"<row ") == text.count(b'<row r="')
    letters = set((_LETTERS_AS_USUAL if as_usual else _LETTERS).findall(text))
    if as_usual:
        rows = [int(found) for found in _ROWS_AS_USUAL.findall(text)]
    else:
        rows = [int(row or far) for row, far in _ROWS.findall(text)]
    return max(map(_column, letters), default=0), max(rows, default=0)


def _column(letters: bytes) -> int:
    total = 0
    for letter in letters.upper():
        total = total * 26 + letter - 64
    return total


def _formulas(name: str, text: bytes) -> None:
    """Refuse a formula that has no result, which would read as an empty cell; #N/A is one of the ways to write empty."""
    for attributes, bare, error in _FORMULA.findall(text):
        is_error = error and re.search(rb"""\bt\s*=\s*["']e""", attributes) and error != b"#N/A"
        found = _CELL.search(attributes)
        if (bare or is_error) and found:
            what = f"公式出错（{error.decode('ascii', 'replace')}）" if is_error else "公式没有算出结果"
            raise Unfit(what, name, found[1].decode().upper())
