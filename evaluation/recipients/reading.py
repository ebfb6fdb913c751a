"""A service ledger (办件台账) as offices export it: its columns, and what must stand in a row (C15)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from evaluation.intake.columns import Column, Kind
from evaluation.intake.reading import Line, Problem

COLUMNS = (
    Column("serial", "序号"),
    Column(
        "number",
        "受理编号",
        ("办件编号", "受理号", "业务编号", "流水号", "编号"),
        required=True,
        length=40,
        example="2012民政00001",
    ),
    Column("matter", "事项名称", ("办理事项", "事项", "业务名称", "服务事项"), length=120, example="婚姻登记"),
    Column(
        "unit",
        "承办单位",
        ("受理单位", "办理单位", "单位", "单位名称"),
        required=True,
        length=80,
        example="市民政局",
    ),
    Column(
        "office",
        "承办科室",
        ("受理科室", "办理科室", "科室", "内设机构"),
        length=80,
        example="婚姻登记处",
    ),
    Column("handler", "经办人", ("承办人", "受理人", "办理人"), length=60, example="李四"),
    Column(
        "applicant",
        "申请人",
        ("申请人姓名", "服务对象", "申请单位", "申请人(单位)"),
        required=True,
        length=120,
        kind=Kind.PARTY,
        example="张三",
    ),
    Column(
        "applicant_kind",
        "申请人类型",
        ("申请人类别", "服务对象类型"),
        length=20,
        choices=("个人", "企业"),
        example="个人",
    ),
    Column(
        "telephone",
        "联系电话",
        ("电话", "手机", "手机号码", "手机号", "联系方式"),
        length=40,
        kind=Kind.TELEPHONE,
        example="13800000000",
    ),
    Column("accepted_on", "受理日期", ("受理时间", "收件日期", "申请日期"), kind=Kind.DAY, example="2012-05-29"),
    Column("finished_on", "办结日期", ("办结时间",), kind=Kind.DAY, example="2012-06-06"),
    Column("state", "办理状态", ("状态", "办件状态", "办理结果"), length=20, example="办结"),
)
TEXTS = ("matter", "office", "handler", "applicant", "applicant_kind", "telephone", "state")
DAYS = ("accepted_on", "finished_on")


def problems(line: Line) -> Iterator[Problem]:
    if line.text("accepted_on") and line.text("finished_on"):
        accepted, finished = line.day("accepted_on"), line.day("finished_on")
        if accepted and finished and finished < accepted:
            problem = _("The case was finished before it was accepted.")
            yield line.problem("finished_on", problem, _("Correct the dates."))
