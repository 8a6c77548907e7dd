"""What names and numbers often say, as one sign each: half of the bytes of their shards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from disclosure.search import plane
from disclosure.search.digits import FIGURES
from disclosure.search.places import places
from disclosure.search.text import units

# Characters that no name is written with: controls (a byte each), then the letters of Thaana and N'Ko (two bytes each).
_SINGLE = (*range(0x01, 0x09), *range(0x0F, 0x1F))
_SIGNS = "".join(map(chr, (*_SINGLE, *range(0x780, 0x800))))
_NUMBERS = "".join(map(chr, (*_SINGLE, *range(0x530, 0x780))))  # of numbers: from Armenian to Arabic
QUOTE = "\x0e"  # the sign after it stands for itself

# Most of these stand in names anywhere in China; the first are the most frequent.
COMMON = """有限公司 有限责任公司 农民专业合作社 专业合作社 股份有限公司 分公司 公司 号 字〔2026〕 罚〔2026〕 许字 商贸 农业 科技 服务 建筑
种植 工程 餐饮 贸易 运输 食品 加工 中心 物流 经销处 合作社 集团 超市 药店 大药房 医药 酒店 宾馆 旅行社 管理 咨询 信息 网络 文化 传媒 广告
教育 培训 学校 幼儿园 卫生院 卫生 医院 诊所 协会 人民政府 委员会 办公室 制造 电子 机械 设备 材料 环保 能源 房地产 物业 开发 投资 劳务
人力资源 家政 美容 美发 烧烤 饭店 小吃 便利店 商店 商行 五金 电器 电商 服装 通讯 汽车 维修 修理 配件 水果 蔬菜 玉米 大豆 水稻 中药材
马铃薯 食用菌 农机 农资 粮食 粮贸 林业 林场 畜牧 养殖 乳业 经营部 门市部 零售 批发 装饰 建材 家具 印刷 技术 发展 产业 供应链 国际 市监
食许 登字 罚字 补字 准字 证字""".split()  # noqa: SIM905


YEARS = ("号", "第", "231", *(f"〔{year}〕" for year in range(2016, 2037)))  # a byte each
HAO, YEAR_SIGNS = _NUMBERS[0], _NUMBERS[3 : len(YEARS)]
LETTERS = "abcdefghijklmnopqrstuvwxyz"  # these begin numbers, and are quoted within
EIGHT = "~"  # of numbers: before eight figures that are written as four
_LEADS = LETTERS + "[]^_{|}"  # of names: with a second character one of the common characters of GB 2312
_PAIRS = dict(zip(plane.COMMON, (lead + second for lead in _LEADS for second in FIGURES), strict=False))
OFTEN, MOST = 1024, 400  # one number in so many begins so; at most so many beginnings have a sign
_STEM = re.compile(r"\D+?(?=[〔\[（(]?\d)")


class Shorthand:
    """Signs for words; `words` are a site's own (its districts, its labels), the most frequent first."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        said = dict.fromkeys(word for word in (*COMMON[:8], *words, *COMMON[8:], *_years()) if len(word.encode()) > 2)
        self._set(list(said)[: len(_SIGNS)], _SIGNS, _LEADS, _PAIRS)

    @classmethod
    def of(cls, words: Sequence[str]) -> Shorthand:
        """The signs of exactly these words, as the entry has them."""
        made = cls()
        made._set(list(words), _SIGNS, _LEADS, _PAIRS)
        return made

    @classmethod
    def of_numbers(cls, words: Sequence[str]) -> Shorthand:
        """The signs of numbers: of exactly these words, as their table has them."""
        made = cls()
        made._set(list(words), _NUMBERS, LETTERS + EIGHT, {})
        return made

    def _set(self, words: list[str], signs: str, quoted: str, pairs: dict[str, str]) -> None:
        self.words = words
        self._signs = pairs | {word: sign for word, sign in zip(words, signs, strict=False) if word}
        self._words = {sign: word for word, sign in self._signs.items()}
        quoted = re.escape(QUOTE + signs + quoted)
        longest = sorted(filter(None, words), key=lambda word: (-len(word), word))
        self._write = re.compile("|".join([*map(re.escape, longest), f"[{quoted}{''.join(pairs)}]"]))
        paired = f"[{re.escape(_LEADS)}].|" if pairs else ""
        self._read = re.compile(f"{QUOTE}(.)|{paired}[{signs}]", re.DOTALL)

    def write(self, text: str) -> str:
        """The text with signs for words."""
        return self._write.sub(lambda match: self._signs.get(match[0]) or QUOTE + match[0], text)

    def read(self, text: str) -> str:
        """The text that `write` wrote."""
        return self._read.sub(lambda match: match[1] or self._words.get(match[0], ""), text)


def stems(numbers: Iterable[str]) -> Iterator[str]:
    """How numbers begin before the first figure."""
    return (match[0] for number in numbers if (match := _STEM.match(number)))


def number_words(stems: Counter[str]) -> list[str]:
    """What the numbers of a site often say: years, then how they begin before the first figure, each in the place of its
    hash, so that one that comes to be often said moves few others; "" is a place that is free.
    """
    often = max(4, 1 << (stems.total() // OFTEN).bit_length())
    said = sorted((stem for stem, count in stems.items() if count >= often), key=lambda stem: (-stems[stem], stem))[
        :MOST
    ]
    slots = places(said).tolist()
    table = [""] * (max(slots, default=-1) + 1)
    for slot, stem in zip(slots, said, strict=True):
        table[slot] = stem
    return [*YEARS, *table]


def _years() -> list[str]:
    return [f"{before}〔{year}〕" for year in range(2026, 2018, -1) for before in ("字", "罚", "")]


def words_line(words: Iterable[str]) -> str:
    """Words as one field of the entry."""
    return "\x1f".join(units(word) for word in words)
