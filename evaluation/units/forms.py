"""Units, their names, and accounts. Shape only; who may give which role is the services' question."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit, UnitName
from evaluation.units.services import UNIT_ROLES, VILLAGE_ROLES


class UnitForm(forms.ModelForm):
    class Meta:
        model = Unit
        fields = ["code", "name", "kind", "parent", "staff_count", "telephone", "address", "order"]
        labels = {"parent": _("Town it belongs to"), "order": _("place in lists")}
        help_texts = {
            "code": _(
                "Short, of letters, digits and hyphens; it stands in public addresses and is printed on posters."
            ),
            "parent": _("Of a village or community only."),
            "staff_count": _("Of these, the own-unit group needs half, and five at least, where its sample is small."),
            "order": _("Small numbers stand first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = Unit.objects.filter(kind=Unit.Kind.TOWN, merged_into__isnull=True).order_by("order", "code")
        self.fields["parent"].queryset = towns  # type: ignore[attr-defined]


class UnitFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *Unit.Kind.choices]  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label=_("Unit it goes up in"), queryset=Unit.objects.none())

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Unit.objects.filter(merged_into__isnull=True).exclude(pk=unit.pk).order_by("order", "code")
        same_level = others.filter(parent__isnull=unit.parent_id is None)
        self.fields["into"].queryset = same_level  # type: ignore[attr-defined]


class EarlierNameForm(forms.ModelForm):
    class Meta:
        model = UnitName
        fields = ["name", "until"]
        labels = {"name": _("Earlier name"), "until": _("borne until")}
        widgets = {"until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class RoleForm(forms.Form):
    """A role and the unit it acts for, as far as ``actor`` may give them."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Empty for the office, the organisation department, auditors and the city's scrutineers."),
    )

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_office = Role.OFFICE in roles_of(actor)
        units = _units_of(actor, is_office)
        roles = _roles_of(is_office, units)
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in roles]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not is_office:
            self.fields["unit"].required = True
            self.fields["unit"].help_text = ""

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class AccountForm(RoleForm):
    full_name = forms.CharField(label=_("Name"), max_length=60)
    username = forms.RegexField(
        label=_("User name"),
        regex=r"^[\w.@+-]+\Z",
        max_length=60,
        help_text=_("Letters, digits, Chinese characters and . @ + - _ ; no spaces."),
        error_messages={"invalid": _("Only letters, digits, Chinese characters and . @ + - _ .")},
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)

    field_order = ["full_name", "username", "phone", "role", "unit"]

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, *args, **kwargs)
        role = self.fields["role"]
        role.choices = [choice for choice in role.choices if choice[0] != Role.CADRE]  # type: ignore[attr-defined]
        role.help_text = _("Accounts of cadres are opened on the roster, for a whole list in one act.")


class AccountFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or user name"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("All roles")), *Role.choices]  # type: ignore[attr-defined]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("All states")),
            ("waiting", _("No password yet")),
            ("active", _("In use")),
            ("closed", _("Out of use")),
        ]


def _units_of(actor: User, is_office: bool) -> QuerySet[Unit]:
    units = Unit.objects.filter(merged_into__isnull=True)
    return (units if is_office else units.acted_for_by(actor, Role.UNIT_ADMIN)).order_by("order", "code")


def _roles_of(is_office: bool, units: QuerySet[Unit]) -> frozenset[Role]:
    if is_office:
        return frozenset(Role)
    has_villages = units.filter(kind=Unit.Kind.VILLAGE, parent__isnull=False).exists()
    return VILLAGE_ROLES if has_villages else UNIT_ROLES - {Role.UNIT_ADMIN}
