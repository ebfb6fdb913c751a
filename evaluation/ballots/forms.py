import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.ballots.boxes import BURST_LIMIT
from evaluation.ballots.keys import SHORTEST_PASSPHRASE
from evaluation.ballots.models import BallotBox, BoxGroup
from evaluation.ballots.selectors import group_labels, labels_of_track, units_to_prepare_for
from evaluation.cycle.models import Cycle, EvaluatorGroup, Track
from evaluation.guard.sms import sms_is_on
from evaluation.meetings.models import ReportMeeting
from evaluation.units.models import Unit

TRACKS = [choice for choice in Track.choices if choice[0] != Track.BUREAU_LEADER]


def moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class GroupsMixin(forms.Form):
    """How many of each group are invited; an empty field does not admit the group."""

    invited_service_recipient = forms.IntegerField(label=_("Service recipients invited"), required=False, min_value=0)
    invited_own_unit = forms.IntegerField(label=_("Own staff invited"), required=False, min_value=0)
    invited_representative = forms.IntegerField(
        label=_("Representatives and supervisors invited"), required=False, min_value=0
    )
    invited_public = forms.IntegerField(label=_("Public: number expected"), required=False, min_value=0)

    def name_groups(self, labels: Mapping[str, str]) -> None:
        """Call the groups what the rules of the track call them."""
        for group, label in labels.items():
            self.fields[f"invited_{group}"].label = _("%(group)s: number invited") % {"group": label}

    def groups(self) -> dict[str, int]:
        values = {group: self.cleaned_data.get(f"invited_{group}") for group in EvaluatorGroup.values}
        return {group: number for group, number in values.items() if number is not None}


class GroupsForm(GroupsMixin):
    def __init__(self, *args: Any, box: BallotBox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_groups(group_labels(box))


class TimesForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    opens_at = moment(
        _("Opens"), required=False, help_text=_("Left empty for a meeting: the scrutineer opens on the chair's word.")
    )
    closes_at = moment(_("Closes at the latest"))


class ChannelsMixin(forms.Form):
    takes_paper = forms.BooleanField(label=_("Paper ballots"), required=False, initial=True)
    takes_passes = forms.BooleanField(label=_("Slips with a code, to vote by phone"), required=False, initial=True)
    is_trial = forms.BooleanField(
        label=_("Trial"), required=False, help_text=_("Marked as a trial everywhere; enters no result; can be removed.")
    )


class PublicMixin(forms.Form):
    """What only a box of the public has."""

    place = forms.CharField(
        label=_("Place of the paper box"),
        max_length=120,
        required=False,
        help_text=_("A public box with paper ballots only; name its hours too. Shown on the public page."),
    )
    staff = forms.CharField(
        label=_("Who staffs the paper box"),
        max_length=120,
        required=False,
        help_text=_("At least two names. Shown on the public page."),
    )
    burst_limit = forms.IntegerField(
        label=_("Most ballots from one network in one hour"),
        min_value=1,
        max_value=100_000,
        required=False,
        initial=BURST_LIMIT,
        help_text=_(
            "A public vote by phone only. What exceeds it is set aside at closing, and two people decide before the"
            " count. Mobile operators and service halls put many people behind one network: choose it accordingly."
        ),
    )
    asks_telephone = forms.BooleanField(
        label=_("Asks for a mobile number, to which a code is sent"),
        required=False,
        help_text=_("A public vote by phone only; one vote a number."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sms_is_on():
            self.fields["asks_telephone"].disabled = True
            self.fields["asks_telephone"].help_text = _("Text messages are not set up in this system.")

    def clean_burst_limit(self) -> int:
        return self.cleaned_data["burst_limit"] or BURST_LIMIT


class PlacesForm(forms.Form):
    """Several staffed paper boxes of the public for one unit: a line for each."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"))
    track = forms.ChoiceField(label=_("Track"), choices=TRACKS)
    opens_at = moment(_("Opens"))
    closes_at = moment(_("Closes at the latest"))
    invited_public = forms.IntegerField(label=_("Number expected at each place"), min_value=0, max_value=1_000_000)
    places = forms.CharField(
        label=_("Places and who staffs them"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
        help_text=_(
            "One line a place: where it stands and its hours, a colon, at least two names."
            " “Service hall (weekdays): Zhao, Qian”"
        ),
    )
    is_trial = forms.BooleanField(
        label=_("Trial"), required=False, help_text=_("Marked as a trial everywhere; enters no result; can be removed.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_to_prepare_for(user)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = units.first() if len(units[:2]) == 1 else None

    def clean_places(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["places"].splitlines():
            if not line.strip():
                continue
            place, *rest = re.split("[:：]", line, maxsplit=1)
            if not rest or not place.strip() or len(place) > 120 or len(rest[0]) > 120:
                raise forms.ValidationError(
                    _("“%(line)s”: write the place, a colon, and the names."), params={"line": line.strip()[:40]}
                )
            found.append((place.strip(), rest[0].strip()))
        return found


class BoxForm(PublicMixin, ChannelsMixin, GroupsMixin, TimesForm):
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"))
    track = forms.ChoiceField(label=_("Track"), choices=TRACKS)
    kind = forms.ChoiceField(label=_("Kind"), choices=BallotBox.Kind.choices)
    meeting = forms.ModelChoiceField(ReportMeeting.objects.none(), label=_("Meeting"), required=False)
    field_order = ("unit", "track", "kind", "meeting", "title", "opens_at", "closes_at")

    def __init__(self, *args: Any, user: User, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, meeting = self.fields["unit"], self.fields["meeting"]
        unit.queryset = units_to_prepare_for(user)  # type: ignore[attr-defined]
        if unit.queryset.filter(kind__in=[Unit.Kind.TOWN, Unit.Kind.VILLAGE]).exists():  # type: ignore[attr-defined]
            self.name_groups(_labels_of_both(cycle))
        meeting.queryset = ReportMeeting.objects.visible_to(user).filter(cycle=cycle).for_list()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        meeting = values.get("meeting")
        if meeting and values.get("unit") and meeting.unit_id != values["unit"].pk:
            self.add_error("meeting", _("This meeting belongs to another unit."))
        return values


class BatchForm(PublicMixin, ChannelsMixin, GroupsMixin, TimesForm):
    parent = forms.ModelChoiceField(Unit.objects.none(), label=_("One box for each village of"))
    track = forms.ChoiceField(label=_("Track"), choices=TRACKS, initial=Track.VILLAGE)
    kind = forms.ChoiceField(label=_("Kind"), choices=BallotBox.Kind.choices)
    field_order = ("parent", "track", "kind", "title", "opens_at", "closes_at")

    def __init__(self, *args: Any, user: User, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_groups(labels_of_track(cycle.pk, Track.VILLAGE))
        self.fields["title"].initial = _("Box of the report meeting")
        self.fields["title"].help_text = _("Follows the name of the village.")
        towns = units_to_prepare_for(user).filter(children__isnull=False).distinct()
        self.fields["parent"].queryset = towns  # type: ignore[attr-defined]
        self.fields["parent"].initial = towns.first() if len(towns[:2]) == 1 else None


def _labels_of_both(cycle: Cycle) -> dict[str, str]:
    """Where a unit has both tracks, a field carries both names."""
    own, village = labels_of_track(cycle.pk, Track.MID_LEVEL), labels_of_track(cycle.pk, Track.VILLAGE)
    both = {group: f"{label} / {village.get(group, label)}" for group, label in own.items()}
    return {group: own[group] if own[group] == village.get(group) else label for group, label in both.items()}


class HallForm(forms.ModelForm):
    class Meta:
        model = BoxGroup
        fields = ("present", "slips_out", "printed", "leftover", "handed_out", "collected")


class KeyForm(forms.Form):
    passphrase = forms.CharField(
        label=_("Passphrase"),
        min_length=SHORTEST_PASSPHRASE,
        max_length=200,
        strip=False,
        help_text=_(
            "At least twelve characters; several words are best. Nobody can look it up; where it is lost, only the "
            "recovery sheet helps."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Passphrase again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("passphrase") != values.get("again"):
            self.add_error("again", _("The two passphrases differ."))
        return values
