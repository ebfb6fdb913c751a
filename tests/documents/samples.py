"""Papers to be measured: one of each layout, long enough to break."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from PIL import Image

from evaluation.documents.paper import (
    Bars,
    Fields,
    Grid,
    Heading,
    Layout,
    Note,
    Opinion,
    PageBreak,
    Paper,
    Picture,
    Signatures,
    Text,
)

RARE = "喆堃珺镕鋆昉翀璟罳迴·𬭚𬬻㛃"
SENTENCE = (
    "为深入推进干部作风建设，切实增强服务意识和履职能力，根据《关于开展公述民评活动的实施办法》要求，现通报如下。"
)
HOSTILE = '<img src="file:///etc/passwd"> <link rel=stylesheet href=http://127.0.0.1:1/a> {{ x }} &amp;'


def jpeg(width: int = 30, height: int = 40) -> bytes:
    kept = BytesIO()
    Image.new("RGB", (width, height), (90, 110, 130)).save(kept, "JPEG")
    return kept.getvalue()


CIRCULAR = Paper(
    layout=Layout.CIRCULAR,
    title="关于2012年度市直机关中层干部公述民评结果的通报",
    organ="示范市公述民评活动领导小组文件",
    number="示评组〔2012〕18号",
    addressee="各乡镇人民政府、各街道办事处，市直各部门，各有关单位",
    blocks=[
        Text(SENTENCE * 3),
        Text("民" * 28 * 40),
        Heading("一、总体情况"),
        Heading("（一）基本做法", 2),
        Text(f"张喆、李堃、阿依古丽·买买提、{RARE}等同志参加。" + SENTENCE * 2),
        Heading("1. 组织方式", 3),
        Text(SENTENCE * 2 + "\n\n" + SENTENCE),
        Grid(
            header=["序号", "单位", "姓名", "综合得分", "名次"],
            rows=[[number, "市民政局", "张喆", Decimal("89.35"), number] for number in range(1, 31)],
            caption="评议结果",
        ),
        Bars(
            "各类评议人的平均分",
            [("服务对象", Decimal("92.10"), "92.10"), ("基层代表", Decimal("85"), "85.00")],
            most=Decimal(100),
        ),
        Picture(jpeg(), "会场照片", 60, 40),
        Heading("二、工作要求"),
        Text(SENTENCE),
        Note("注：得分保留两位小数。"),
    ],
    annexes=["2012年度公述民评综合得分汇总表", "整改事项清单及其责任单位、完成时限和其他需要说明的有关事项一览表"],
    signer="示范市公述民评活动领导小组",
    day=date(2012, 12, 2),
    copies_to="市委各部门，市人大常委会办公室，市政协办公室，市法院，市检察院，市人武部",
    printer="示范市公述民评活动领导小组办公室",
    printed_on=date(2012, 12, 3),
)
LETTER = Paper(
    layout=Layout.LETTER,
    title="公述民评整改通知书",
    number="示评办〔2012〕3号",
    addressee="市民政局",
    blocks=[
        Text(SENTENCE * 9),
        Heading("一、存在问题"),
        Text(HOSTILE),
        PageBreak(),
        Heading("送达回执"),
        Text("签收："),
    ],
    signer="示范市评议办",
    day=date(2012, 12, 20),
    copies_to="市纪委",
)
NOTICE = Paper(
    layout=Layout.NOTICE,
    title="公述民评结果公示",
    blocks=[Text(SENTENCE * 3), Note("监督电话：12345")],
    signer="示范市公述民评活动领导小组办公室",
    day=date(2012, 12, 2),
)
FORM = Paper(
    layout=Layout.FORM,
    title="公述民评加分申请表",
    subtitle="单位：市民政局　　2012年度",
    blocks=[
        Fields(
            [
                [("姓名", "张喆"), ("性别", "男"), ("职务", "科长")],
                [("单位", "示范市民政局"), ("申请分值", "2")],
                [("事迹", SENTENCE)],
            ]
        ),
        Grid(header=["奖项", "文号", "分值"], rows=[["先进个人", "示政发〔2012〕5号", Decimal("1.50")]]),
        Opinion("所在单位意见", "同意。"),
        Opinion("评议办意见", lines=4),
        Signatures(["填表人", "审核人：", "负责人"]),
        Note("注：本表一式两份。"),
    ],
)
WIDE_FORM = Paper(
    layout=Layout.WIDE_FORM,
    title="日常考核得分表",
    subtitle="单位：市民政局",
    blocks=[
        Grid(
            header=["序号", "日期", *[f"栏目{number}" for number in range(3, 18)]],
            head=[("", 2), ("扣分情形", 8), ("处理", 7)],
            rows=[[number, "12月2日", SENTENCE[: 20 + number], *([Decimal("0.50")] * 14)] for number in range(1, 18)],
        ),
        Signatures(["填表人", "审核人"]),
    ],
)
REPORT = Paper(
    layout=Layout.REPORT,
    title="述职述廉报告",
    subtitle="市民政局　张喆",
    blocks=[Heading("一、履职情况"), Text(SENTENCE * 30)],
)
ALL = {"circular": CIRCULAR, "letter": LETTER, "notice": NOTICE, "form": FORM, "wide": WIDE_FORM, "report": REPORT}
