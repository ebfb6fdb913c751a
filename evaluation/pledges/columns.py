"""The columns of a workbook of pledges, and what offices call them."""

from evaluation.intake.columns import Column, Kind

ITEM_COLUMNS = tuple(f"item{number}" for number in range(1, 11))
COLUMNS = (
    Column("serial", "序号", ("编号",)),
    Column("unit", "单位", ("单位名称", "所在单位", "工作单位"), length=80, example="市民政局"),
    Column("office", "科室", ("内设机构", "内设机构(下属单位)", "所在科室", "股室"), length=80, example="社会救助科"),
    Column(
        "name",
        "姓名",
        ("名字", "干部姓名", "评议对象", "承诺人"),
        required=True,
        length=60,
        kind=Kind.NAME,
        example="张　三",
    ),
    Column("post", "职务", ("岗位", "岗位名称", "职务名称", "现任职务"), length=80, example="科长"),
    Column("telephone", "联系电话", ("电话", "手机", "手机号码", "办公电话"), length=40, kind=Kind.TELEPHONE),
    Column("identity", "身份", ("身份情况", "岗位身份"), length=80, example="科长，中共党员"),
    Column(
        "staff_number", "工号", ("工号/执法证号", "执法证号", "工作证号", "执法证编号"), length=30, example="3301-021"
    ),
    Column(
        "duties",
        "岗位职责",
        ("职责", "履职内容", "主要职责", "工作职责"),
        length=3000,
        example="负责全市最低生活保障审批和临时救助工作。",
    ),
    Column("commitments", "服务承诺", ("承诺", "服务承诺内容"), length=3000, example="首问负责，一次告知，限时办结。"),
    Column(
        "items",
        "承诺事项",
        ("活动承诺事项", "公开承诺事项", "承诺事项(逐条)", "年度承诺事项"),
        length=6000,
        example="1.低保审批时限压缩到15个工作日（2012年6月30日前）\n2.新建救助站两处",
    ),
    *(
        Column(name, f"承诺事项{number}", (f"承诺{number}", f"事项{number}", f"活动承诺事项{number}"), length=320)
        for number, name in enumerate(ITEM_COLUMNS, start=1)
    ),
    Column("despite", "公开后更改", ("已公开仍更改",), kind=Kind.YES_NO),
)
