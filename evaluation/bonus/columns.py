"""The columns of a workbook of awards, and what offices call them (Annex 2-2)."""

from evaluation.intake.columns import Column, Kind

COLUMNS = (
    Column("serial", "序号", ("编号",)),
    Column("unit", "单位", ("单位名称", "所在单位", "工作单位"), length=80, example="市民政局"),
    Column("office", "科室", ("内设机构", "内设机构(下属单位)", "所在科室"), length=80, example="社会救助科"),
    Column(
        "name",
        "姓名",
        ("名字", "评议对象", "申请人", "受表彰人"),
        required=True,
        length=60,
        kind=Kind.NAME,
        example="张　三",
    ),
    Column(
        "award",
        "奖项名称",
        ("奖项", "荣誉称号", "表彰名称", "获奖名称", "奖励名称", "称号"),
        required=True,
        length=120,
        example="全省民政系统先进个人",
    ),
    Column(
        "issuer",
        "授予单位",
        ("表彰单位", "颁奖单位", "授奖单位", "颁发单位", "发文单位"),
        required=True,
        length=120,
        example="省民政厅",
    ),
    Column("level", "级别", ("奖项级别", "表彰级别", "获奖级别"), required=True, length=20, example="省级表彰"),
    Column("document_number", "文号", ("文件号", "表彰文号", "发文字号"), length=60, example="×民发〔2012〕18号"),
    Column(
        "awarded_on",
        "表彰日期",
        ("获奖日期", "表彰时间", "获奖时间", "授予日期", "日期"),
        required=True,
        kind=Kind.DAY,
        example="2012-05-29",
    ),
    Column("receiver", "获奖对象", ("奖励对象", "个人或集体", "对象类别"), length=10, example="个人"),
    Column("department", "受表彰部门", ("受表彰集体", "获奖部门", "获奖集体"), length=80),
    Column("post_note", "任职说明", ("任职情况说明",), length=200),
    Column("unit_opinion", "单位意见", ("所在单位意见",), length=200, example="情况属实，同意申报。"),
    Column("note", "备注", ("说明",), length=200),
    Column("proof", "证明材料", ("附件", "证明文件", "材料名称", "佐证材料"), length=300, example="张三证书.pdf"),
    Column("another", "另一奖项", ("与已申报的不是同一奖项",), kind=Kind.YES_NO),
)
NOTES = (
    "填表说明：1.一项表彰填一行，带*的必填，“例”行不读入；2.证明材料（PDF、JPG或PNG）打成一个zip文件一并上传，本列填文件名，"
    "多个文件用“、”隔开，最多五个；3.集体获奖的，获奖对象填“集体”，并填受表彰部门，加分归表彰当日任该部门负责人的干部；"
    "4.同一奖项就高加分，不重复加分，名称相近而确属另一奖项的在“另一奖项”填“是”；5.不填身份证号。",
)
