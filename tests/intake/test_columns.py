"""Which column means what: built-in words, what was learned, what somebody says of one file."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob, LearnedColumn
from evaluation.intake.services import (
    answer_questions,
    confirm_import,
    discard_import,
    forget_column,
    learn_columns,
    name_columns,
    preview_import,
    to_be_learned,
)
from evaluation.roster.imports import ROSTER
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

SignIn = Callable[[User], Client]
STRANGE = "2012年名单,,\n承办机关,同志,干什么的\n市民政局,张三,科长\n市民政局,李四,主任\n"
SAID = {"": {"承办机关": "unit", "同志": "name", "干什么的": "position"}}


@pytest.fixture
def preview(cycle: Cycle, office: User) -> Callable[..., ImportJob]:
    def read(text: str, actor: User | str = office) -> ImportJob:
        return preview_import(importer=ROSTER, year=2012, data=text.encode(), name="名单.csv", actor=actor)

    return read


@pytest.fixture
def strange(preview: Callable[..., ImportJob]) -> ImportJob:
    return preview(STRANGE)


def test_a_file_without_known_columns_waits(strange: ImportJob) -> None:
    assert (strange.status, strange.read) == ("columns", 0)
    assert strange.summary["gaps"] == [{"sheet": "", "missing": ["姓名", "单位"]}]


def test_the_shell_is_told_that_there_is_no_header(preview: Callable[..., ImportJob]) -> None:
    with pytest.raises(DomainError) as refused:
        preview(STRANGE, "shell")
    assert refused.value.code == "no_header"
    assert not ImportJob.objects.exists()


def test_what_is_said_of_a_file_is_read(strange: ImportJob, office: User) -> None:
    job = name_columns(importer=ROSTER, job=strange, said=SAID, actor=office)
    assert (job.status, job.read, job.new) == ("previewed", 2, 2)
    confirm_import(importer=ROSTER, job=job, actor=office)
    assert list(Appraisal.objects.values_list("name", "position")) == [("张三", "科长"), ("李四", "主任")]


def test_a_job_that_waits_cannot_be_confirmed_and_can_be_discarded(strange: ImportJob, office: User) -> None:
    with pytest.raises(DomainError):
        confirm_import(importer=ROSTER, job=strange, actor=office)
    assert discard_import(job=strange, actor=office).status == "discarded"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"": {"承办机关": "name", "同志": "name"}}, "column_twice"),
        ({"": {"承办机关": "password"}}, "no_such_column"),
    ],
)
def test_nonsense_about_columns_is_refused(
    strange: ImportJob, office: User, said: dict[str, dict[str, str]], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        name_columns(importer=ROSTER, job=strange, said=said, actor=office)
    assert refused.value.code == code


def test_too_little_said_goes_on_waiting(strange: ImportJob, office: User) -> None:
    job = name_columns(importer=ROSTER, job=strange, said={"": {"同志": "name"}}, actor=office)
    assert job.status == "columns"


def test_what_the_office_confirms_is_learned_and_forgotten(
    preview: Callable[..., ImportJob], strange: ImportJob, office: User
) -> None:
    job = name_columns(importer=ROSTER, job=strange, said=SAID, actor=office)
    assert to_be_learned(importer=ROSTER, job=job) == [
        ("承办机关", "unit", "单位"),
        ("干什么的", "position", "职务"),
        ("同志", "name", "姓名"),
    ]
    assert learn_columns(importer=ROSTER, job=job, keys=["承办机关", "同志"], actor=office) == 2
    job.refresh_from_db()
    assert to_be_learned(importer=ROSTER, job=job) == []
    assert AuditEvent.objects.filter(action="column-learned").count() == 2

    again = preview(STRANGE)
    assert (again.status, again.new) == ("previewed", 2)
    assert again.summary["unknown"] == [{"sheet": "", "label": "干什么的"}]

    forget_column(learned=LearnedColumn.objects.get(label_key="同志"), actor=office)
    assert preview(STRANGE).status == "columns"
    assert AuditEvent.objects.filter(action="column-forgotten").exists()


def test_a_unit_names_columns_of_its_file_and_teaches_nobody(
    preview: Callable[..., ImportJob], unit: Unit, unit_admin: User
) -> None:
    job = name_columns(importer=ROSTER, job=preview(STRANGE, unit_admin), said=SAID, actor=unit_admin)
    assert job.new == 2
    with pytest.raises(DomainError) as refused:
        learn_columns(importer=ROSTER, job=job, keys=["同志"], actor=unit_admin)
    assert refused.value.code == "not_office"


def test_what_is_said_of_a_file_goes_before_the_built_in_words(preview: Callable[..., ImportJob], office: User) -> None:
    job = preview("单位,姓名,职务\n市民政局,张三,办公室\n")
    said = {"": {"单位": "unit", "姓名": "name", "职务": "office"}}
    name_columns(importer=ROSTER, job=job, said=said, actor=office)
    confirm_import(importer=ROSTER, job=job, actor=office)
    assert Appraisal.objects.values_list("office", "position").get() == ("办公室", "")


def test_a_column_that_is_not_to_be_read_is_not(preview: Callable[..., ImportJob], office: User) -> None:
    job = preview("单位,姓名,职务\n市民政局,张三,不知道\n")
    name_columns(importer=ROSTER, job=job, said={"": {"职务": ""}}, actor=office)
    confirm_import(importer=ROSTER, job=job, actor=office)
    assert Appraisal.objects.get().position == ""


def test_pages_from_upload_to_learning(cycle: Cycle, office: User, client_for: SignIn) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_for(office)
    upload = {"file": SimpleUploadedFile("名单.csv", STRANGE.encode())}
    page = client.post(reverse("roster:import-create", args=[2012]), upload, follow=True)
    job = ImportJob.objects.get()
    assert page.request["PATH_INFO"] == reverse("roster:import-columns", kwargs={"year": 2012, "pk": job.pk})
    assert "张三" in page.text
    assert "承办机关" in page.text

    chosen = {"column--0": "unit", "column--1": "name", "column--2": ""}
    page = client.post(page.request["PATH_INFO"], chosen, follow=True)
    assert page.context["learnable"] == [("承办机关", "unit", "单位"), ("同志", "name", "姓名")]
    address = reverse("roster:import-learn", kwargs={"year": 2012, "pk": job.pk})
    client.post(address, {"remember": "1", "key": ["同志"]})
    assert LearnedColumn.objects.get().field == "name"

    listed = client.get(reverse("intake:learned-list", args=[2012]))
    assert "同志" in listed.text
    client.post(reverse("intake:learned-forget", args=[2012, LearnedColumn.objects.get().pk]))
    assert not LearnedColumn.objects.exists()


def test_only_for_this_file_is_not_asked_again(strange: ImportJob, office: User, client_for: SignIn) -> None:
    name_columns(importer=ROSTER, job=strange, said=SAID, actor=office)
    client = client_for(office)
    kwargs = {"year": 2012, "pk": strange.pk}
    client.post(reverse("roster:import-learn", kwargs=kwargs), {"key": ["同志"]})
    assert not LearnedColumn.objects.exists()
    assert not client.get(reverse("roster:import-detail", kwargs=kwargs)).context["learnable"]


def test_samples_show_no_citizen_number(preview: Callable[..., ImportJob], office: User, client_for: SignIn) -> None:
    job = preview("甲,乙,丙\n市民政局,张三,331002198001011232\n")
    page = client_for(office).get(reverse("roster:import-columns", kwargs={"year": 2012, "pk": job.pk}))
    assert "331002" not in page.text


@pytest.mark.parametrize("act", ["columns", "detail", "marked"])
def test_somebody_elses_file_is_not_found(
    preview: Callable[..., ImportJob], office: User, unit_admin: User, client_for: SignIn, act: str
) -> None:
    job = preview(STRANGE, office)
    client = client_for(unit_admin)
    assert client.get(reverse(f"roster:import-{act}", kwargs={"year": 2012, "pk": job.pk})).status_code == 404


def test_others_neither_name_columns_nor_discard(strange: ImportJob, unit_admin: User) -> None:
    for act in (
        lambda: name_columns(importer=ROSTER, job=strange, said=SAID, actor=unit_admin),
        lambda: discard_import(job=strange, actor=unit_admin),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "not_yours"


def test_what_is_decided_is_not_read_anew(strange: ImportJob, office: User) -> None:
    job = name_columns(importer=ROSTER, job=strange, said=SAID, actor=office)
    confirm_import(importer=ROSTER, job=job, actor=office)
    for act in (
        lambda: name_columns(importer=ROSTER, job=job, said={}, actor=office),
        lambda: answer_questions(importer=ROSTER, job=job, answers={}, actor=office),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "not_previewed"


def test_a_preview_made_anew_replaces_the_old_one(preview: Callable[..., ImportJob], office: User) -> None:
    job = preview("单位,姓名,职务\n市民政局,张三,科长\n市民政局,李四,主任\n")
    name_columns(importer=ROSTER, job=job, said={"": {"职务": "office"}}, actor=office)
    assert job.rows.count() == 2


def test_only_the_office_forgets(strange: ImportJob, office: User, unit_admin: User) -> None:
    job = name_columns(importer=ROSTER, job=strange, said=SAID, actor=office)
    learn_columns(importer=ROSTER, job=job, keys=["同志"], actor=office)
    with pytest.raises(DomainError) as refused:
        forget_column(learned=LearnedColumn.objects.get(), actor=unit_admin)
    assert refused.value.code == "not_office"
    assert LearnedColumn.objects.exists()
