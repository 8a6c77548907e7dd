"""Invented personal numbers in twenty disguises, and texts that hold none: what the gate and the audit are tried with."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from frontdoor import credit_code
from stdnum import luhn
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

DIGITS = "0123456789"
REGIONS = ["231102", "231123", "231181", "232601", "110101", "370203", "440305", "510104", "650102"]
FULL = str.maketrans(DIGITS + "X", "０１２３４５６７８９Ｘ")
SPOKEN = str.maketrans(DIGITS, "〇一二三四五六七八九")
CAPITAL = str.maketrans(DIGITS, "零壹贰叁肆伍陆柒捌玖")
CIRCLED = str.maketrans(DIGITS, "⓪①②③④⑤⑥⑦⑧⑨")
BOLD = str.maketrans(DIGITS, "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
ARABIC = str.maketrans(DIGITS, "٠١٢٣٤٥٦٧٨٩")


def grouped(number: str, sign: str) -> str:
    """Cut a number as people cut it: a telephone 3-4-4, a card in fours, an identity number after region and date."""
    cuts = {11: (3, 7), 15: (6, 12), 18: (6, 14), 16: (4, 8, 12), 19: (4, 8, 12, 16), 17: (4, 8, 12, 16)}[len(number)]
    return sign.join(number[start:end] for start, end in zip((0, *cuts), (*cuts, None), strict=True))


def mixed(number: str) -> str:
    """Every second character in full width."""
    return "".join(char.translate(FULL) if at % 2 else char for at, char in enumerate(number))


DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda n: n,
    "full width": lambda n: n.translate(FULL),
    "spaces": lambda n: grouped(n, " "),
    "wide spaces": lambda n: grouped(n, "\u3000"),
    "every one apart": " ".join,
    "hyphens": lambda n: grouped(n, "-"),
    "long dashes": lambda n: grouped(n, "——"),
    "dots": lambda n: grouped(n, "."),
    "middle dots": lambda n: grouped(n, "·"),
    "zero width": "\u200b".join,
    "soft hyphens": lambda n: grouped(n, "\u00ad"),
    "underscores": lambda n: grouped(n, "_"),
    "Chinese numerals": lambda n: n.translate(SPOKEN),
    "capital numerals": lambda n: n.translate(CAPITAL),
    "circled": lambda n: n.translate(CIRCLED),
    "bold": lambda n: n.translate(BOLD),
    "other digits": lambda n: n.translate(ARABIC),
    "mixed widths": mixed,
    "line break": lambda n: grouped(n, "\n"),
    "spelt signs": lambda n: grouped(n, "杠"),
}
# Only an identity number's check digit proves such a reading.
IDENTITY_DISGUISES: dict[str, Callable[[str], str]] = {
    "letters": lambda n: n.replace("0", "O").replace("1", "l"),
    "small x": lambda n: n.replace("X", "x"),
    "times sign": lambda n: n.replace("X", "×"),
    "tail told": lambda n: f"{n[:6]}，生日{n[6:14]}，尾号{n[14:]}" if len(n) == 18 else n,
}
AROUND = ["当事人{}的行为", "（{}）", "经查，{}未取得许可", "{}", "「{}」，情节轻微", "李某{}。", "代理人：{}；"]
LABELLED = ["身份证号{}，", "身份证号码：{}。", "公民身份号码{}", "持证件{}到场"]


def identity(dice: Random) -> str:
    """A valid identity number of nobody."""
    born = f"{dice.randint(1935, 2012)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    body = f"{dice.choice(REGIONS)}{born}{dice.randint(1, 999):03}"
    return body + ric.calc_check_digit(body + "0")


def old_identity(dice: Random) -> str:
    """An identity number of 15 digits that is no registration number."""
    while True:
        number = f"{dice.choice(REGIONS)}{dice.randint(20, 80)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.randint(1, 999):03}"
        if not mod_11_10.is_valid(number):
            return number


def mobile(dice: Random) -> str:
    """A mobile telephone number."""
    return f"1{dice.randint(3, 9)}{dice.randint(0, 999_999_999):09}"


def card(dice: Random) -> str:
    """A payment card number."""
    body = f"62{dice.randint(0, 10**16 - 1):016}"
    return body + luhn.calc_check_digit(body)


SORTS = {"identity": identity, "old identity": old_identity, "mobile": mobile, "card": card}


def plant(dice: Random, number: int) -> tuple[str, str, str, str]:
    """Return (sort, disguise, number, text that holds it so); every sort and disguise comes round."""
    sort = list(SORTS)[number % len(SORTS)]
    disguises = DISGUISES | (IDENTITY_DISGUISES if sort == "identity" else {})
    disguise = list(disguises)[number // len(SORTS) % len(disguises)]
    secret = SORTS[sort](dice)
    around = dice.choice(AROUND + (LABELLED if sort.endswith("identity") else []))
    return sort, disguise, secret, around.format(disguises[disguise](secret))


def registration(dice: Random) -> str:
    """A 工商注册号 of a district: 15 digits, checked by MOD 11,10 (GS 15-2006)."""
    body = f"{dice.choice(REGIONS)}{dice.choice('01256')}{dice.randint(1, 99_999):07}"
    return body + mod_11_10.calc_check_digit(body)


def day(dice: Random, sign: str = "-") -> str:
    """A day."""
    return f"{dice.randint(2013, 2026)}{sign}{dice.randint(1, 12):02}{sign}{dice.randint(1, 28):02}"


CLEAN: list[Callable[[Random], str]] = [
    lambda d: f"当事人于{day(d)}在黑河市爱辉区示例路{d.randint(1, 400)}号经营，至{day(d)}未取得许可",
    lambda d: f"统一社会信用代码{credit_code(d.randint(1, 10**8))}，注册号{registration(d)}",
    lambda d: f"{credit_code(d.randint(1, 10**8), d.choice(REGIONS[:3]))}（{registration(d)}）",
    lambda d: f"许可证编号JY{d.randint(1, 3)}{d.choice(REGIONS)}{d.randint(0, 9_999_999):07}，有效期至{day(d, '.')}",
    lambda d: f"许可证编号：{d.choice(REGIONS)}{day(d, '')}{d.randint(1, 9999):04}",
    lambda d: f"依据黑市监罚〔{d.randint(2016, 2026)}〕{d.randint(1, 99999)}号，罚款{d.randint(1, 10**7)}元，没收违法所得{d.random() * 10**6:.2f}元",
    lambda d: f"黑环罚字〔{d.randint(2016, 2026)}〕第{d.randint(10**10, 10**11 - 1)}号",
    lambda d: f"注册资本{d.randint(10**9, 10**12)}元，投资{d.randint(1, 9)},{d.randint(0, 999):03},{d.randint(0, 999):03},{d.randint(0, 999):03}.00元",
    lambda d: f"{day(d, '/')} {d.randint(0, 23):02}:{d.randint(0, 59):02}:{d.randint(0, 59):02} 至 {day(d, '/')} 17:00:00",
    lambda d: f"批号{day(d, '')}{d.randint(1, 999):03}，条码69{d.randint(10**10, 10**11 - 1)}，数量{d.randint(1, 10**5)}件",
    lambda d: f"违反《示例条例》第{d.randint(1, 80)}条第一款第（三）项、第{d.randint(1, 80)}条，处{d.randint(1, 9)}万元以下罚款",
    lambda d: f"车牌黑N{d.randint(10000, 99999)}，行驶{d.randint(10**4, 10**6)}公里，载重{d.random() * 50:.3f}吨",
    lambda d: f"合同编号HH-{day(d, '')}-{d.randint(1, 9999):04}，金额人民币{d.randint(10**6, 10**10)}元整",
    lambda d: f"东经127.{d.randint(10**9, 10**10 - 1)}，北纬50.{d.randint(10**9, 10**10 - 1)}，面积{d.random() * 10**5:.6f}平方米",
    lambda d: f"出让宗地编号{d.choice(REGIONS)}{d.randint(10**6, 10**7 - 1)}GB{d.randint(1, 99999):05}",
    lambda d: "二〇二六年五月六日至二〇二七年五月六日，一九九八年十二月三十一日登记",
    lambda d: f"经营场所：黑河市示例街{d.randint(1, 99)}号楼{d.randint(1, 9)}单元{d.randint(101, 909)}室，建设居民住宅{d.randint(1, 99)}栋{d.randint(10, 999)}户",
    lambda d: f"组织机构代码{d.randint(10**7, 10**8 - 1)}-{d.randint(0, 9)}，税务登记号{d.choice(REGIONS)}{d.randint(10**8, 10**9 - 1)}",
    lambda d: f"水土保持方案黑水许可〔{d.randint(2016, 2026)}〕{d.randint(1, 999)}号，挖方{d.randint(10**4, 10**7)}立方米，填方{d.randint(10**4, 10**7)}立方米",
    lambda d: f"生产日期{day(d, '.')}，保质期18个月，规格{d.randint(1, 999)}g×{d.randint(1, 99)}袋×{d.randint(1, 99)}箱",
]  # fmt: skip


def clean(dice: Random, number: int) -> str:
    """Return a text that holds nothing personal; every sort comes round."""
    return CLEAN[number % len(CLEAN)](dice)
