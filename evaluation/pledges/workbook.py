"""The media list: what newspapers, radio and web sites print of the year's pledges (C6)."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from evaluation.cycle.models import Cycle
from evaluation.pledges.models import Pledge
from evaluation.pledges.selectors import published_pledges
from evaluation.units.models import Unit
from evaluation.workbooks.writing import Table, Written, write_workbook

HEADER = (
    "序号", "单位", "所在单位", "姓名", "科室及职务", "身份", "工号", "岗位职责", "服务承诺", "活动承诺事项",
    "有无照片", "公布日期", "公开网页",
)  # fmt: skip
WIDTHS = (6, 20, 20, 10, 22, 14, 12, 40, 40, 44, 8, 12, 40)


def media_list(cycle: Cycle, unit: Unit | None = None) -> bytes:
    """Return an .xlsx with a row for every published pledge of the year, of ``unit`` or of the whole city."""
    rows = published_pledges().filter(appraisal__cycle=cycle)
    if unit is not None:
        rows = rows.filter(appraisal__organising_unit=unit)
    name = unit.name if unit else cycle.city_name
    table = Table(
        title="承诺公示",
        heading=f"{name}{cycle.title}公开履职承诺一览表（供媒体刊播）",
        header=HEADER,
        rows=[_row(number, pledge, cycle) for number, pledge in enumerate(rows, start=1)],
        widths=WIDTHS,
        notes=("本表所列均为已审核并公布的内容；公布后如有变更，以公开网页为准。",),
    )
    return write_workbook([table])


def _row(number: int, pledge: Pledge, cycle: Cycle) -> list[Written]:
    appraisal = pledge.appraisal
    unit = appraisal.organising_unit
    return [
        number,
        unit.name,
        appraisal.home_unit.name,
        appraisal.name,
        appraisal.post_line,
        pledge.identity,
        pledge.staff_number,
        pledge.duties,
        pledge.commitments,
        "\n".join(f"{place}. {item.text}" for place, item in enumerate(pledge.items.all(), start=1)),
        "有" if pledge.photo_id else "无",
        timezone.localdate(pledge.published_at) if pledge.published_at else None,
        settings.SITE_URL + reverse("portal:cadre-detail", args=[cycle.year, unit.code, appraisal.public_code]),
    ]
