"""The invented organs of a real kind: who decides, who registers, and data/departments.yaml about them."""

from typing import NamedTuple

from bench.codes import credit_code

DISTRICTS = {
    "231100": "黑河市本级",
    "231102": "爱辉区",
    "231123": "逊克县",
    "231124": "孙吴县",
    "231181": "北安市",
    "231182": "五大连池市",
    "231183": "嫩江市",
}


class Organ(NamedTuple):
    """One organ: its kind (what it is asked for), the word that opens its document numbers, and its group of files."""

    name: str
    short: str
    aliases: tuple[str, ...]
    kind: str
    word: str
    group: str
    district: str
    code: str
    enforcement: bool
    number: int


# kind: name in the city, short name, word in document numbers, group of files
_CITY = (
    ("market", "黑河市市场监督管理局", "市市场监管局", "黑市监", "market"),
    ("ecology", "黑河市生态环境局", "市生态环境局", "黑环", "build"),
    ("transport", "黑河市交通运输局", "市交通运输局", "黑交", "transport"),
    ("build", "黑河市住房和城乡建设局", "市住建局", "黑建", "build"),
    ("health", "黑河市卫生健康委员会", "市卫生健康委", "黑卫", "health"),
    ("safety", "黑河市应急管理局", "市应急局", "黑应急", "safety"),
    ("land", "黑河市自然资源局", "市自然资源局", "黑自然资", "build"),
    ("farm", "黑河市农业农村局", "市农业农村局", "黑农", "public"),
    ("water", "黑河市水务局", "市水务局", "黑水", "build"),
    ("forest", "黑河市林业和草原局", "市林草局", "黑林草", "public"),
    ("labour", "黑河市人力资源和社会保障局", "市人社局", "黑人社", "public"),
    ("culture", "黑河市文化广电和旅游局", "市文广旅局", "黑文旅", "public"),
    ("commerce", "黑河市商务局", "市商务局", "黑商务", "public"),
    ("police", "黑河市公安局", "市公安局", "黑公", "safety"),
    ("fire", "黑河市消防救援支队", "市消防支队", "黑消", "safety"),
    ("city", "黑河市城市管理综合执法局", "市城管局", "黑城管", "build"),
    ("tax", "国家税务总局黑河市税务局", "市税务局", "黑税", "public"),
    ("reform", "黑河市发展和改革委员会", "市发改委", "黑发改", "public"),
    ("finance", "黑河市财政局", "市财政局", "黑财", "public"),
    ("civil", "黑河市民政局", "市民政局", "黑民", "public"),
    ("education", "黑河市教育局", "市教育局", "黑教", "public"),
)
_LATER = (
    ("cyber", "中共黑河市委网络安全和信息化委员会办公室", "市委网信办", "黑网信", "public", True),
    ("court", "黑河市中级人民法院", "市中级法院", "黑法", "public", False),
)
_NOT_ENFORCING = (
    ("business", "黑河市营商环境建设监督局", "市营商局", "黑营商", "public"),
    ("establishment", "中共黑河市委机构编制委员会办公室", "市委编办", "黑编办", "public"),
)
# kind, district, name after the district's, word, group of files
_COUNTIES = (
    ("market", "231102", "市场监督管理局", "爱市监", "aihui"),
    ("transport", "231102", "交通运输局", "爱交", "aihui"),
    ("farm", "231102", "农业农村局", "爱农", "aihui"),
    ("health", "231102", "卫生健康局", "爱卫", "aihui"),
    ("market", "231181", "市场监督管理局", "北市监", "beian"),
    ("build", "231181", "住房和城乡建设局", "北建", "beian"),
    ("farm", "231181", "农业农村局", "北农", "beian"),
    ("health", "231181", "卫生健康局", "北卫", "beian"),
    ("market", "231182", "市场监督管理局", "五市监", "counties"),
    ("culture", "231182", "文体广电和旅游局", "五文旅", "counties"),
    ("market", "231183", "市场监督管理局", "嫩市监", "nenjiang"),
    ("transport", "231183", "交通运输局", "嫩交", "nenjiang"),
    ("farm", "231183", "农业农村局", "嫩农", "nenjiang"),
    ("market", "231123", "市场监督管理局", "逊市监", "counties"),
    ("land", "231123", "自然资源局", "逊自然资", "counties"),
    ("market", "231124", "市场监督管理局", "孙市监", "counties"),
    ("forest", "231124", "林业和草原局", "孙林草", "counties"),
)


def _organs() -> tuple[Organ, ...]:
    rows: list[tuple[str, str, str, tuple[str, ...], str, str, str, bool]] = []
    for enforcement, city in ((True, _CITY), (False, _NOT_ENFORCING)):
        for kind, name, short, word, group in city:
            aliases = (name.removeprefix("黑河市"),) if name.startswith("黑河市") and kind != "police" else ()
            rows.append((kind, "231100", name, aliases, short, word, group, enforcement))
    for kind, district, name, word, group in _COUNTIES:
        full = DISTRICTS[district] + name
        rows.append((kind, district, full, (f"黑河市{full}",), full.replace("监督管理局", "监管局"), word, group, True))
    for kind, name, short, word, group, enforcement in _LATER:
        rows.append((kind, "231100", name, (), short, word, group, enforcement))
    return tuple(
        Organ(name, short, aliases, kind, word, group, district,
              credit_code("11", district, f"{90000000 + number * 1370 + 17:08d}"), enforcement, number)
        for number, (kind, district, name, aliases, short, word, group, enforcement) in enumerate(rows, 1)
    )  # fmt: skip


ORGANS = _organs()


def by_kind_and_district() -> dict[tuple[str, str], Organ]:
    """The organ that acts for a kind in a district: the county's own where it has one, else the city's."""
    city = {organ.kind: organ for organ in ORGANS if organ.district == "231100"}
    own = {(organ.kind, organ.district): organ for organ in ORGANS}
    return {(kind, district): own.get((kind, district), city[kind]) for kind in city for district in DISTRICTS}


def departments_yaml() -> str:
    """The text of data/departments.yaml."""
    lines = ["# yaml-language-server: $schema=../docs/schemas/departments.json"]
    lines += ["# 示例：机关名称取自常见机关类别，代码、电话、地址均为虚构"]
    for organ in ORGANS:
        place = "黑河市" if organ.district == "231100" else DISTRICTS[organ.district]
        lines += [
            f"- name: {organ.name}",
            f"  short: {organ.short}",
            f"  aliases: [{', '.join(organ.aliases)}]",
            f"  code: '{organ.code}'",
            f"  district: '{organ.district}'",
            f"  enforcement: {'true' if organ.enforcement else 'false'}",
            "  contact:",
            f"    phone: 0456-{organ.number:07d}",
            f"    address: {place}示例大街{organ.number * 2}号",
        ]
    return "\n".join(lines) + "\n"
