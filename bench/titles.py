"""The titles of the registers, in order: verbatim from the standard of 2018 (发改办财金〔2018〕424号)."""

_PARTY = (
    ("XDR_MC", "行政相对人名称"),
    ("XDR_LB", "行政相对人类别"),
    ("XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    ("XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    ("XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    ("XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    ("FRDB", "法定代表人"),
    ("FR_ZJLX", "法定代表人证件类型"),
    ("FR_ZJHM", "法定代表人证件号码"),
    ("XDR_ZJLX", "自然人证件类型"),
    ("XDR_ZJHM", "自然人证件号码"),
)
_LICENCE = (
    ("XKWS", "行政许可决定文书名称"),
    ("WSH", "行政许可决定文书号"),
    ("XKLB", "许可类别"),
    ("XKZS", "许可证书名称"),
    ("XKBH", "许可编号"),
    ("NR", "许可内容"),
    ("JDRQ", "许可决定日期"),
    ("YXQZ", "有效期自"),
    ("YXQZI", "有效期至"),
    ("XKJG", "许可机关"),
    ("XKJGDM", "许可机关统一社会信用代码"),
    ("ZT", "当前状态"),
    ("LYDW", "数据来源单位"),
    ("LYDWDM", "数据来源单位统一社会信用代码"),
)
_PENALTY = (
    ("WSH", "行政处罚决定书文号"),
    ("WFXW", "违法行为类型"),
    ("SY", "违法事实"),
    ("YJ", "处罚依据"),
    ("CFLB", "处罚类别"),
    ("NR", "处罚内容"),
    ("NR_FK", "罚款金额（万元）"),
    ("NR_WFFF", "没收违法所得、没收非法财物的金额（万元）"),
    ("NR_ZKDX", "暂扣或吊销证照名称及编号"),
    ("JDRQ", "处罚决定日期"),
    ("YXQ", "处罚有效期"),
    ("GSJZQ", "公示截止期"),
    ("CFJG", "处罚机关"),
    ("CFJGDM", "处罚机关统一社会信用代码"),
    ("SJLY", "数据来源单位"),
    ("SJLYDM", "数据来源单位统一社会信用代码"),
)

SENT = "上报时间"
"""No column of the standard: the day on which the department sent the decision."""

TITLES = {
    "licence": (*(title for _, title in _PARTY + _LICENCE), "备注", SENT),
    "penalty": (*(title for _, title in _PARTY + _PENALTY), "备注", SENT),
    "blacklist": (
        "名称", "统一社会信用代码", "法定代表人", "列入文号", "列入事由", "列入日期", "认定机关", "公示截止期",
        "列入领域", "禁入范围", "禁入截止日期",
    ),
    "basics": (
        "名称", "统一社会信用代码", "类型", "法定代表人", "成立日期", "住所", "登记机关", "登记状态", "曾用名", "核准日期",
    ),
}  # fmt: skip

CODES = {
    "licence": (*(f"XK_{code}" for code, _ in _PARTY + _LICENCE), "BZ", SENT),
    "penalty": (*(f"CF_{code}" for code, _ in _PARTY + _PENALTY), "BZ", SENT),
}
"""The code of each title, in the same order."""

NUMBER = {"licence": 14, "penalty": 13, "blacklist": 3}
"""Where the document number stands in a row."""

DATES = {
    register: tuple(
        place for place, title in enumerate(titles)
        if title.endswith(("日期", "有效期自", "有效期至", "处罚有效期", "截止期", SENT))
    )
    for register, titles in TITLES.items()
}  # fmt: skip
"""Where dates stand in a row."""
