from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.guard.citizen_numbers import no_citizen_number
from evaluation.pledges.rows import RowsFormSet

LONG = 3000


class PledgeForm(forms.Form):
    duties = forms.CharField(
        label=_("Duties"),
        max_length=LONG,
        required=False,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What this post is responsible for, in short sentences that everybody understands."),
    )
    identity = forms.CharField(
        label=_("Identity"),
        max_length=80,
        required=False,
        validators=[no_citizen_number],
        help_text=_("Post and whether a Party member, for example. Never a citizen number."),
    )
    staff_number = forms.CharField(
        label=_("Staff or enforcement number"), max_length=30, required=False, validators=[no_citizen_number]
    )
    commitments = forms.CharField(
        label=_("Service commitments"),
        max_length=LONG,
        required=False,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How people are served: times, openness, manner, where to complain."),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, 10 MB at most. It is made smaller; place and camera data are removed."),
    )
    remove_photo = forms.BooleanField(label=_("Remove the present photo"), required=False)

    def __init__(self, *args: object, has_photo: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not has_photo:
            del self.fields["remove_photo"]


class ItemForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Pledge"),
        max_length=300,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    due = forms.DateField(
        label=_("By"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )


ItemFormSet = forms.formset_factory(
    ItemForm, formset=RowsFormSet, extra=2, can_delete=True, can_order=True, max_num=40, absolute_max=60
)


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for returning"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200})
    )
