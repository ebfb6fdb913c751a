"""Annex 3-2, the daily sheet: the empty form that ``reading`` reads back."""

from evaluation.workbooks import Table, write_workbook

# The city's own form; not translated.
HEADER = (
    "序号", "姓名", "单位", "科室", "扣分条款", "查实日期", "来源", "事实经过", "依据", "起数", "每起扣分", "投诉编号",
    "应整改事项", "整改期限", "决定或判决", "履职不当认定", "损害或影响", "被追责人员", "当时领导责任", "酌情理由",
    "事件编号", "补录原因", "重复仍计",
)  # fmt: skip
NOTES = (
    "注：1.扣分条款填1、2、3、4、5a、5b、6；2.第2项须填应整改事项、整改期限，第3项须填决定，第4项须填决定或判决、履职不当认定、"
    "损害或影响，第5项须填被追责人员、当时领导责任，第6项须填每起扣分、酌情理由；3.已冻结月份须填补录原因；"
    "4.同一事件多处扣分的填同一事件编号，确需重复计分的在“重复仍计”填是；5.不填身份证号。",
)


def empty_sheet(*, year: int) -> bytes:
    heading = f"{year}年度日常考核得分表（附件3-2）"
    return write_workbook([Table(title="附件3-2", heading=heading, header=HEADER, notes=NOTES)])
