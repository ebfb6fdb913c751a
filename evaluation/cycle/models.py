"""The year: its rules by track, its calendar, working days and work plans."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from evaluation.files.models import StoredFile
from evaluation.units.models import Unit


class Track(models.TextChoices):
    MID_LEVEL = "mid_level", _("Mid-level cadres")
    VILLAGE = "village", _("Village and community cadres")
    BUREAU_LEADER = "bureau_leader", _("Leading cadres")


class EvaluatorGroup(models.TextChoices):
    SERVICE_RECIPIENT = "service_recipient", _("Service recipients")
    OWN_UNIT = "own_unit", _("Own unit")
    REPRESENTATIVE = "representative", _("Representatives and supervisors")
    PUBLIC = "public", _("Public")


class Step(models.IntegerChoices):
    PLEDGE = 1, _("Public pledge")
    MEETING = 2, _("Public report")
    BALLOT = 3, _("Public evaluation")
    RESULT = 4, _("Public result")
    RECTIFICATION = 5, _("Public rectification")


class Cycle(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        OPEN = "open", _("Under way")
        CLOSED = "closed", _("Ended")

    year = models.PositiveIntegerField(_("year"), unique=True)
    title = models.CharField(_("title"), max_length=80)
    city_name = models.CharField(_("city"), max_length=40)
    campaign_name = models.CharField(_("campaign"), max_length=40, default="晒举措、赛干劲")
    office_name = models.CharField(_("name of the office"), max_length=40, default="市作风效能执行力办")
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    deadline = models.DateField(_("deadline"))
    feedback_days = models.PositiveIntegerField(_("working days to answer the feedback"), default=3)
    notice_days = models.PositiveIntegerField(_("working days of public notice"), default=5)
    objection_days = models.PositiveIntegerField(_("working days to review an objection"), default=5)
    comment_days = models.PositiveIntegerField(_("working days for opinions on a plan"), default=5)
    complaint_accept_days = models.PositiveIntegerField(_("working days to accept or refuse a complaint"), default=5)
    complaint_days = models.PositiveIntegerField(_("working days to handle a complaint"), default=30)
    complaint_extended_days = models.PositiveIntegerField(_("working days to handle it, extended"), default=60)
    callback_days = models.PositiveIntegerField(_("working days to say how satisfied one is"), default=10)
    defence_days = models.PositiveIntegerField(_("working days for a defence against a deduction"), default=5)
    defence_review_days = models.PositiveIntegerField(_("working days to review a defence"), default=5)
    freeze_days = models.PositiveIntegerField(_("working days until the list of a month is frozen"), default=5)
    answer_days = models.PositiveIntegerField(_("working days to answer an opinion on a plan"), default=5)
    rating_days = models.PositiveIntegerField(_("working days to rate a finished rectification"), default=10)
    ten_best_count = models.PositiveIntegerField(_("number of the ten best"), default=10)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return self.title


class CycleStep(models.Model):
    """From when to when a step runs, both days included."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="steps")
    step = models.PositiveSmallIntegerField(_("step"), choices=Step.choices)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))

    class Meta:
        ordering = ["step"]
        constraints = [
            models.UniqueConstraint(name="step_once_per_cycle", fields=["cycle", "step"]),
            models.CheckConstraint(name="step_ends_after_start", condition=Q(ends__gte=models.F("starts"))),
        ]


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day that is worked."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=60, blank=True)

    class Meta:
        ordering = ["day"]


class Labelled(models.Model):
    """A row that the city words itself, in both languages."""

    label_zh = models.CharField(_("name in Chinese"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        return self.label_en if get_language() == "en" and self.label_en else self.label_zh

    def __str__(self) -> str:
        return self.label


class TrackRules(models.Model):
    """The rules of one track in one cycle; frozen when the first pass or paper ballot of a real box is issued."""

    class DaysNotice(models.TextChoices):
        NEVER = "never", _("Never")
        ANY = "any", _("Where an aspect, a deduction or repeated opinions ask for one")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="rules")
    track = models.CharField(_("track"), max_length=20, choices=Track.choices)
    daily_base = models.DecimalField(_("daily points"), max_digits=5, decimal_places=2, default=20)
    bonus_cap = models.DecimalField(_("most bonus points"), max_digits=5, decimal_places=2, null=True, blank=True)
    sheet_votes_own_unit = models.BooleanField(_("those on the sheet vote as own unit"), default=False)
    quick_mark = models.BooleanField(_("one line 五项同选 on the ballot"), default=True)
    notice_when = models.CharField(
        _("rectification notice"), max_length=10, choices=DaysNotice.choices, default=DaysNotice.ANY
    )
    notice_below = models.DecimalField(
        _("notice where an aspect's mean is below"), max_digits=5, decimal_places=2, default=70
    )
    notice_opinions = models.PositiveSmallIntegerField(
        _("notice where as many opinions touch one aspect"), null=True, blank=True, default=3
    )
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rules_once_per_track", fields=["cycle", "track"]),
            models.CheckConstraint(name="daily_base_bounds", condition=Q(daily_base__gte=0, daily_base__lte=100)),
        ]


class GroupRule(Labelled):
    class OnShortfall(models.TextChoices):
        ASK = "ask", _("Ask the office")
        ACCEPT = "accept", _("Accept the small sample")
        REALLOCATE = "reallocate", _("Reallocate the points")

    class Part(models.TextChoices):
        SERVICE = "service", _("Service recipients")
        UNIT = "unit", _("Own unit")
        SOCIETY = "society", _("Society")

    rules = models.ForeignKey(TrackRules, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField(_("group"), max_length=20, choices=EvaluatorGroup.choices)
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    base = models.DecimalField(_("base points"), max_digits=5, decimal_places=2)
    min_valid = models.PositiveIntegerField(_("least graded sheets"))
    on_shortfall = models.CharField(_("if there are fewer"), max_length=12, choices=OnShortfall.choices)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(name="group_once_per_rules", fields=["rules", "code"]),
            models.CheckConstraint(name="group_base_positive", condition=Q(base__gt=0)),
        ]


class AspectRule(Labelled):
    rules = models.ForeignKey(TrackRules, on_delete=models.CASCADE, related_name="aspects")
    code = models.SlugField(_("code"), max_length=20)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)
    prompt_zh = models.TextField(_("prompt in Chinese"), blank=True)
    prompt_en = models.TextField(_("prompt in English"), blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(name="aspect_once_per_rules", fields=["rules", "code"]),
            models.CheckConstraint(name="aspect_weight_positive", condition=Q(weight__gt=0)),
        ]

    @property
    def prompt(self) -> str:
        return self.prompt_en if get_language() == "en" and self.prompt_en else self.prompt_zh


class GradeRule(Labelled):
    rules = models.ForeignKey(TrackRules, on_delete=models.CASCADE, related_name="grades")
    code = models.SlugField(_("code"), max_length=30)
    value = models.DecimalField(_("value"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(name="grade_once_per_rules", fields=["rules", "code"]),
            models.CheckConstraint(name="grade_value_bounds", condition=Q(value__gte=0, value__lte=100)),
        ]


class DeductionRule(Labelled):
    rules = models.ForeignKey(TrackRules, on_delete=models.CASCADE, related_name="deductions")
    code = models.SlugField(_("rule"), max_length=10)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(_("at most"), max_digits=5, decimal_places=2, null=True, blank=True)
    minimum = models.DecimalField(_("at least"), max_digits=5, decimal_places=2, null=True, blank=True)
    clause = models.CharField(_("clause"), max_length=10, blank=True)
    asks_notice = models.BooleanField(_("asks for a rectification notice"), default=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(name="deduction_rule_once", fields=["rules", "code"]),
            models.CheckConstraint(
                name="deduction_points_or_maximum",
                condition=Q(points__gt=0, maximum__isnull=True) | Q(points__isnull=True, maximum__gt=0),
            ),
            models.CheckConstraint(
                name="deduction_bounds_in_order",
                condition=Q(minimum__isnull=True) | Q(minimum__gt=0, minimum__lte=models.F("maximum")),
            ),
        ]


class BonusLevel(Labelled):
    rules = models.ForeignKey(TrackRules, on_delete=models.CASCADE, related_name="bonus_levels")
    code = models.SlugField(_("level"), max_length=20)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(name="bonus_level_once", fields=["rules", "code"]),
            models.CheckConstraint(name="bonus_points_positive", condition=Q(points__gt=0)),
        ]


class WorkPlan(models.Model):
    """A unit's own plan with steps and times, handed to the office (C30)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="work_plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="work_plans")
    text = models.TextField(_("plan"))
    meeting_planned_on = models.DateField(_("planned day of the meeting"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="work_plan_once", fields=["cycle", "unit"])]
