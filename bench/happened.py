"""What happened after decisions were sent, invented: one event of every sort for decisions of the demonstration."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.decisions import Row
from bench.files import write_csv
from bench.titles import TITLES

COLUMNS = (
    "事件类型",
    "名录",
    "文书号",
    "机关",
    "相对人",
    "统一社会信用代码",
    "决定文书号",
    "日期",
    "原因",
    "新名称",
    "新代码",
)
LABELS = {"penalty": "行政处罚", "licence": "行政许可", "blacklist": "严重失信主体名单"}
_NAME, _SORT, _CODE = "行政相对人名称", "行政相对人类别", "行政相对人代码_1(统一社会信用代码)"
_KEYS = {
    "penalty": ("行政处罚决定书文号", "处罚机关", _NAME),
    "licence": ("行政许可决定文书号", "许可机关", _NAME),
    "blacklist": ("列入文号", "认定机关", "名称"),
}
_FINED = [
    ("异议提出", "", "2026-11-16", "当事人认为罚款金额与决定书不一致"),
    ("异议提出", "", "2026-11-19", "当事人认为不是本单位的违法行为"),
    ("异议提出", "", "2026-10-12", "当事人认为违法事实的日期有误"),
    ("信用修复", "修", "2026-11-03", "已履行处罚决定并满最短公示期，经申请予以修复"),
    ("更正", "", "2026-11-09", "违法行为类型录入有误，已按决定书更正"),
    ("确认违法", "复决", "2026-11-12", "行政复议机关确认该处罚决定程序违法"),
    ("变更", "复决", "2026-11-13", "行政复议机关变更了罚款数额，变更后的决定另行公示"),
]
_MISTYPED = [
    "有效期录入有误，已按决定书更正",
    "许可内容漏录一项，已补全",
    "法定代表人录入有误，已更正",
    "许可类别录入有误，已按决定书更正",
    "许可证书编号录入有误，已更正",
    "决定文书名称录入有误，已更正",
]


def write_events(rows: Iterable[Row], root: Path) -> Path:
    """Write events/2026.csv for some of these numbered rows, the same ones every time; return its path."""
    path = root / "events" / "2026.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, COLUMNS, list(_events(list(rows))))
    return path


def _events(rows: Sequence[Row]) -> Iterable[list[str]]:
    spoken = [(row, dict(zip(TITLES[row.register], row.cells, strict=True))) for row in rows]
    repeated = Counter(tuple(row.cells) for row in rows)
    spoken = [(row, said) for row, said in spoken if repeated[tuple(row.cells)] == 1]
    sent = Counter(said[_NAME] for row, said in spoken if row.register in ("penalty", "licence"))
    known = {said["名称"] for row, said in spoken if row.register == "basics"}
    fined = [
        (row, said) for row, said in spoken
        if row.register == "penalty" and said[_SORT] == "法人及非法人组织" and said["处罚类别"] == "罚款"
        and "2026-03" < row.day < "2026-07" and said["公示截止期"] > "2026-12"
    ]  # fmt: skip
    for (sort, series, day, reason), one in zip(_FINED, fined[:: max(1, len(fined) // len(_FINED))], strict=False):
        yield _event(sort, *one, series, day, reason)
        if day == "2026-10-12":
            yield _event("异议处理", *one, "", "2026-10-21", "经核对决定书，日期无误，维持原记录")
    licensed = [
        (row, said) for row, said in spoken
        if row.register == "licence" and said[_SORT] == "法人及非法人组织" and "2026-02" < row.day < "2026-10"
    ]  # fmt: skip
    for reason, one in zip(_MISTYPED, licensed[:: max(1, len(licensed) // len(_MISTYPED))], strict=False):
        yield _event("更正", *one, "", "2026-10-28", reason)
    strangers = [
        one for one in spoken
        if one[0].register == "licence" and one[1][_SORT] == "个体工商户" and not one[1][_CODE].strip("0X")
        and one[1][_NAME] not in known and sent[one[1][_NAME]] == 1
    ]  # fmt: skip
    for one in strangers[:1]:
        yield _event("撤销", *one, "撤", "2026-11-17", "以不正当手段取得许可，作出机关依法撤销")
    listed = [one for one in spoken if one[0].register == "blacklist" and "2025" < one[0].day < "2026"]
    for one in listed[:1]:
        yield _event("移出", *one, "移", "2026-11-10", "已履行全部义务，认定机关决定移出")
    firms = [
        said for row, said in spoken
        if row.register == "basics" and said["统一社会信用代码"][:2] == "91" and not said["曾用名"] and sent[said["名称"]] > 1
    ]  # fmt: skip
    if len(firms) > 20:
        old, new, renamed = firms[5], firms[9], firms[13]
        yield ["合并", "", "", "", old["名称"], old["统一社会信用代码"], "", "2026-11-11", "吸收合并，权利义务由存续的公司承继",
               new["名称"], new["统一社会信用代码"]]  # fmt: skip
        name = (
            renamed["名称"].replace("有限", "科技有限", 1) if "科技" not in renamed["名称"] else f"新{renamed['名称']}"
        )
        yield [
            "更名",
            "",
            "",
            "",
            renamed["名称"],
            renamed["统一社会信用代码"],
            "",
            "2026-11-06",
            "企业登记变更",
            name,
            "",
        ]


def _event(sort: str, row: Row, said: dict[str, str], series: str, day: str, reason: str) -> list[str]:
    number, organ, party = (said[title] for title in _KEYS[row.register])
    document = f"{row.organ.word}{series}〔{day[:4]}〕{int(day[8:])}号" if series else ""
    code = said.get(_CODE) or said.get("统一社会信用代码", "")
    code = code if code.strip("0X") else ""
    return [sort, LABELS[row.register], number, organ, party, code, document, day, reason, "", ""]
