"""Whom the unit served: a list becomes a frame, and from the frame it is drawn who is invited."""

import hashlib
import re

from tests.browser.acts_people import Year
from tests.browser.acts_setting_up import UNIT

SECTION = "综合窗口"
SERVED = 31  # more than are drawn whole: twice the ten sheets that are wanted
SEED = "3 5 1 6 2 4"
LIST = "2012年办理备案的企业"


def the_unit_draws_whom_it_served(year: Year) -> None:
    people = year.folder / "served.csv"
    rows = [f"{SECTION},云溪第{number:02d}机械厂,0576-8276{number:04d},云溪路{number}号" for number in range(SERVED)]
    people.write_text("\n".join(["科室/类别,姓名/名称,联系电话,地址", *rows]), encoding="utf-8")
    admin = year.person("周敏")
    admin.turns_to("服务对象抽取")
    admin.follows("用名单建立抽取总体")
    admin.chooses("单位", UNIT)
    admin.fills("名单名称", LIST)
    admin.page.get_by_label(re.compile("文件")).set_input_files(people)
    admin.presses("读取并预览")
    admin.sees(LIST, str(SERVED))
    admin.misses("0576-8276")
    admin.shows("frame-preview")
    admin.presses(re.compile("固定"))
    admin.shows("frame-fixed")
    frame = admin.downloads(re.compile("sha256sum")).read_bytes()
    admin.sees(LIST, hashlib.sha256(frame).hexdigest())
    drawing = admin.part(re.compile("^抽取$"))
    admin.fills("种子", SEED, within=drawing)
    admin.fills("种子来源", "现场三方各掷骰子两次", within=drawing)
    admin.presses("立即抽取", within=drawing)
    admin.shows("drawn")
    admin.sees(SEED)
    invited = admin.downloads(re.compile("下载邀请名单"))
    assert invited.read_bytes().startswith(b"PK")


def residents_see_how_it_was_drawn(year: Year) -> None:
    resident = year.person("resident")
    resident.goes(f"/{year.number}/draws/")
    resident.row(LIST).get_by_role("link").click()
    resident.sees(SEED, SECTION, str(SERVED))
    resident.misses("机械厂", "0576-8276")
    resident.shows("public-draw")
