import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.documents.reading import MOST_BYTES
from evaluation.guard.citizen_numbers import no_citizen_number
from evaluation.meetings.models import AttendanceCount, Attendee, Category, Inquiry, ItemStatement
from evaluation.meetings.services import Counts
from evaluation.pledges.rows import RowsFormSet
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit, UnitQuerySet

LONG = 5000
MOST_PERSONS = 100_000
NAME_ENDS = re.compile(r"[\t,，、;；]+|\s+")


def long_text(label: object, help_text: object = "", *, required: bool = False, rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        max_length=LONG,
        required=required,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def row_text(label: object, length: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        max_length=length,
        required=required,
        validators=[no_citizen_number],
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class ReportForm(forms.Form):
    duty = long_text(_("Performance of duty"), _("What the post asked for this year and what was done."))
    commitments = long_text(_("Service commitments"), _("How far the service commitments of the pledge were kept."))
    integrity = long_text(
        _("Integrity"), _("Rules on integrity: how they were kept, by oneself and by those one leads.")
    )
    problems = long_text(_("Problems and intentions"), _("What is not good yet, why, and what will be done about it."))


class DocumentForm(forms.Form):
    document = forms.FileField(
        label=_("Duty report as a document (.docx)"),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=_("Its text is put into the fields below by its headings. Nothing is saved until you save."),
    )


def document_bytes(upload: UploadedFile) -> bytes:
    """Return the bytes of an upload; of one that is too large only as many as show that it is."""
    return bytes(upload.read(MOST_BYTES + 1))


class StatementForm(forms.Form):
    item = forms.IntegerField(widget=forms.HiddenInput)
    completion = forms.ChoiceField(
        label=_("Completion"),
        required=False,
        choices=[("", _("Please choose")), *ItemStatement.Completion.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    text = forms.CharField(
        label=_("What was done"),
        max_length=2000,
        required=False,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


StatementFormSet = forms.formset_factory(StatementForm, extra=0, max_num=60, absolute_max=60)


class UnitChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return obj.name


class CadreChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Appraisal) -> str:
        return f"{obj.name} · {obj.office}{obj.post}" if obj.office or obj.post else obj.name


class MeetingForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, validators=[no_citizen_number])
    starts_at = forms.DateTimeField(
        label=_("Begins"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=120,
        required=False,
        validators=[no_citizen_number],
        help_text=_("Needed before the meeting is announced."),
    )
    chair = forms.CharField(label=_("Chair"), max_length=60, required=False, validators=[no_citizen_number])

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if not 2000 <= timezone.localtime(starts_at).year <= 2100:
            raise forms.ValidationError(_("Enter a day of this year."))
        return starts_at


class NewMeetingForm(MeetingForm):
    field_order = ("unit", "title", "starts_at", "place", "chair")

    def __init__(self, *args: Any, units: UnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitChoiceField(label=_("Unit"), queryset=units)
        self.order_fields(self.field_order)


class AgendaForm(forms.Form):
    text = row_text(_("Item"), 200)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=1,
        max_value=600,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    appraisal = forms.TypedChoiceField(
        label=_("Who reports"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, cadres: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].choices = cadres  # type: ignore[attr-defined]


AgendaFormSet = forms.formset_factory(
    AgendaForm, formset=RowsFormSet, extra=1, can_delete=True, can_order=True, max_num=300, absolute_max=300
)


def agenda_choices(cadres: AppraisalQuerySet) -> list[tuple[Any, Any]]:
    return [("", _("Nobody")), *((cadre.pk, cadre.name) for cadre in cadres)]


class AttendeeForm(forms.Form):
    name = row_text(_("Name"), 60)
    # The initial values make a row in which only these stand an empty one.
    category = forms.ChoiceField(
        label=_("Category"),
        choices=Category.choices,
        initial=Category.RECIPIENT,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    organisation = row_text(_("Where from"), 80, required=False)
    seat = row_text(_("Seat"), 20, required=False)
    status = forms.ChoiceField(
        label=_("State"),
        choices=Attendee.Status.choices,
        initial=Attendee.Status.INVITED,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    is_walk_in = forms.BooleanField(
        label=_("Came without an invitation"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


AttendeeFormSet = forms.formset_factory(
    AttendeeForm, formset=RowsFormSet, extra=3, can_delete=True, max_num=600, absolute_max=600
)


class NamesForm(forms.Form):
    """A list copied from elsewhere: one name a line, the place the person comes from after a space, comma or tab."""

    names = forms.CharField(
        label=_("Names, one a line"),
        required=False,
        max_length=20_000,
        help_text=_("May be pasted from a table: the name, then (if wanted) where the person comes from."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    category = forms.ChoiceField(label=_("Category of these persons"), choices=Category.choices)
    status = forms.ChoiceField(label=_("State"), choices=Attendee.Status.choices)

    def as_rows(self) -> list[dict[str, str]]:
        lines = [NAME_ENDS.split(line.strip(), maxsplit=1) for line in self.cleaned_data["names"].splitlines()]
        return [
            {
                "name": name[:60],
                "organisation": rest[0].strip(" \t,，、;；")[:80] if rest else "",
                "category": self.cleaned_data["category"],
                "status": self.cleaned_data["status"],
            }
            for name, *rest in lines
            if name
        ]


def count_field(label: object) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,  # type: ignore[arg-type]
        min_value=0,
        max_value=MOST_PERSONS,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


class InvitationForm(forms.Form):
    """A number for each category."""

    def __init__(self, *args: Any, rows: Mapping[str, AttendanceCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category, label in Category.choices:
            self.fields[category] = count_field(label)
            self.initial.setdefault(category, rows[category].invited if category in rows else 0)

    def invited(self) -> dict[str, int]:
        return {category: self.cleaned_data[category] or 0 for category in Category.values}


class AttendanceForm(forms.Form):
    """Present, on leave and without invitation for each category."""

    PARTS = (("present", _("Present")), ("on_leave", _("On leave")), ("walk_ins", _("Without invitation")))

    def __init__(self, *args: Any, rows: Mapping[str, AttendanceCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for category, label in Category.choices:
            for part, word in self.PARTS:
                name = f"{category}-{part}"
                self.fields[name] = count_field(word)
                self.fields[name].widget.attrs["aria-label"] = f"{label} {word}"
                counted = category in rows and rows[category].present is not None
                self.initial.setdefault(name, getattr(rows[category], part) if counted else None)

    def table(self) -> list[dict[str, Any]]:
        return [
            {
                "label": label,
                "invited": self.rows[category].invited if category in self.rows else 0,
                "fields": [self[f"{category}-{part}"] for part, _word in self.PARTS],
            }
            for category, label in Category.choices
        ]

    def counts(self) -> dict[str, Counts]:
        """Those categories of which something was entered."""
        entered = {}
        for category in Category.values:
            values = {part: self.cleaned_data[f"{category}-{part}"] for part, _word in self.PARTS}
            if any(value is not None for value in values.values()):
                entered[category] = Counts(**{part: value or 0 for part, value in values.items()})
        return entered


class InquiryForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Inquiry.Kind.choices)
    topic = forms.ChoiceField(label=_("Topic"), choices=Inquiry.Topic.choices)
    asked_by = forms.ChoiceField(
        label=_("Asked by"), choices=Category.choices, help_text=_("The category alone; no name is kept.")
    )
    question = long_text(_("Question"), required=True, rows=4)
    answer = long_text(_("Answer given"), _("Leave it empty if it is answered in writing."), rows=4)
    written_due = forms.DateField(
        label=_("Written answer by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ("appraisal", "kind", "topic", "asked_by", "question", "answer", "written_due")

    def __init__(self, *args: Any, cadres: AppraisalQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"] = CadreChoiceField(label=_("Put to"), queryset=cadres)
        self.order_fields(self.field_order)


class AnswerForm(forms.Form):
    answer = long_text(
        _("Written answer"), _("It is shown with the question on the public page of the meeting."), required=True
    )


class SummaryForm(forms.Form):
    summary = long_text(
        _("Report of the meeting"),
        _("How the meeting went; counts and questions are added by themselves."),
        required=True,
    )
