"""The characters of GB 2312, as a browser knows them too."""


def _plane(first: int, last: int) -> list[str]:
    """The characters of rows of GB 2312, in its order."""
    rows = (
        bytes([row, cell]).decode("gb2312", "ignore") for row in range(first, last + 1) for cell in range(0xA1, 0xFF)
    )
    return list(filter(None, rows))


COMMON = _plane(0xB0, 0xD7)  # the first level, in order of pinyin
SIMPLE = frozenset(COMMON) | frozenset(_plane(0xD8, 0xF7))
