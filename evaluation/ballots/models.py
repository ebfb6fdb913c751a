"""Step 3, 公开民主评议: boxes, passes, sealed envelopes, and what the count makes of them (C4, C8, C9, C15–C18).

The tables of this room are the promise of the ballot: ``Pass`` and ``Envelope`` share nothing but box and group,
and nothing here names a voter. Tests assert the columns of ``Envelope``, ``Ballot`` and ``Receipt`` literally.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle, EvaluatorGroup, Track
from evaluation.files.models import StoredFile
from evaluation.guard.codes import new_public_code
from evaluation.meetings.models import ReportMeeting
from evaluation.recipients.models import DrawStratum
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class ScrutineerKey(models.Model):
    """One key pair per scrutineer and cycle; the private half is wrapped under a passphrase (argon2id)."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="scrutineer_keys")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="scrutineer_keys")
    public_key = models.BinaryField()
    wrapped_private_key = models.BinaryField()
    salt = models.BinaryField()
    opslimit = models.PositiveBigIntegerField()
    memlimit = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    recovery_printed_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="scrutineer_key_once", fields=["cycle", "user"])]


class BallotBoxQuerySet(models.QuerySet["BallotBox"]):
    def visible_to(self, user: User) -> "BallotBoxQuerySet":
        """City roles and scrutineers see all; a unit its own (a town those of its villages)."""
        roles = roles_of(user)
        if roles & CITY_ROLES or Role.SCRUTINEER in roles:
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER))

    def real(self) -> "BallotBoxQuerySet":
        """Boxes whose figures may count: neither trial nor annulled."""
        return self.filter(is_trial=False).exclude(state=BallotBox.State.ANNULLED)

    def for_list(self) -> "BallotBoxQuerySet":
        return self.select_related("unit", "cycle", "meeting").order_by("unit__order", "opens_at", "pk")


class BallotBox(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        READY = "ready", _("Ready")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        COUNTED = "counted", _("Counted")
        ANNULLED = "annulled", _("Annulled")

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        RECIPIENTS = "recipients", _("Drawn service recipients")
        PUBLIC = "public", _("Public")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="boxes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="boxes")
    track = models.CharField(_("track"), max_length=20, choices=Track.choices)
    meeting = models.ForeignKey(ReportMeeting, on_delete=models.PROTECT, null=True, blank=True, related_name="boxes")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    is_trial = models.BooleanField(_("trial"), default=False)
    takes_passes = models.BooleanField(_("with passes"), default=True)
    takes_paper = models.BooleanField(_("with paper ballots"), default=False)
    stratum = models.ForeignKey(DrawStratum, on_delete=models.PROTECT, null=True, blank=True, related_name="boxes")
    place = models.CharField(_("place of the paper box"), max_length=120, blank=True)
    staff = models.CharField(_("who staffs the paper box"), max_length=120, blank=True)
    asks_telephone = models.BooleanField(_("asks for a telephone number"), default=False)
    burst_limit = models.PositiveIntegerField(_("most ballots from one network in one hour"), default=20)
    network_key = models.BinaryField(null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at the latest"))
    public_code = models.CharField(max_length=8, unique=True, default=new_public_code)
    public_key = models.BinaryField(null=True, blank=True)
    envelope_size = models.PositiveIntegerField(default=0)
    spec = models.JSONField(default=dict)
    readied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    committed = models.JSONField(default=dict)
    merkle_root = models.CharField(max_length=64, blank=True)
    annul_reason = models.CharField(_("reason for annulling"), max_length=200, blank=True)
    annul_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="repeated_by")

    objects = BallotBoxQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class BoxKeyShare(models.Model):
    """The private key of a box, sealed to one scrutineer; deleted in the counting transaction."""

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="key_shares")
    scrutineer_key = models.ForeignKey(ScrutineerKey, on_delete=models.PROTECT, related_name="shares")
    sealed_private_key = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="key_share_once", fields=["box", "scrutineer_key"])]


class BoxGroup(models.Model):
    """One evaluator group admitted to a box, with what the hall counted by hand."""

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="groups")
    group = models.CharField(_("group"), max_length=20, choices=EvaluatorGroup.choices)
    invited = models.PositiveIntegerField(_("invited"), default=0)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    slips_out = models.PositiveIntegerField(_("slips handed out"), null=True, blank=True)
    printed = models.PositiveIntegerField(_("paper ballots printed"), default=0)
    leftover = models.PositiveIntegerField(_("left over and voided"), null=True, blank=True)
    handed_out = models.PositiveIntegerField(_("handed out"), null=True, blank=True)
    collected = models.PositiveIntegerField(_("collected"), null=True, blank=True)
    is_valid = models.BooleanField(_("vote valid"), default=True)
    passes_made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    passes_made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="group_once_per_box", fields=["box", "group"]),
            models.CheckConstraint(
                name="handed_out_is_printed_less_leftover",
                condition=Q(handed_out__isnull=True)
                | Q(leftover__isnull=True)
                | Q(handed_out=models.F("printed") - models.F("leftover")),
            ),
        ]


class SheetEntry(models.Model):
    """An appraisal that is judged in a box, in the order of the sheet."""

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="sheet")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="sheet_entries")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(name="appraisal_once_per_sheet", fields=["box", "appraisal"])]


class Pass(models.Model):
    """A one-time right to cast. Holds digests only: no token, no code, no person, no time, no serial."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SPENT = "spent", _("Spent")
        VOID = "void", _("Void")

    digest = models.CharField(max_length=64, primary_key=True)
    code_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 (unique where there is one)
    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="passes")
    group = models.CharField(max_length=20, choices=EvaluatorGroup.choices)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ISSUED)

    class Meta:
        verbose_name_plural = "passes"
        indexes = [models.Index(fields=["box", "group", "state"])]


class Envelope(models.Model):
    """A sealed sheet between cast and count. ``digest`` is the SHA-256 of ``sealed``.

    Of a public box alone: ``hour`` (whole hours since 1970, UTC) and ``network``, a digest keyed by the box's
    ``network_key``, which is destroyed with the count.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="envelopes")
    group = models.CharField(max_length=20, choices=EvaluatorGroup.choices)
    sealed = models.BinaryField()
    hour = models.PositiveIntegerField(null=True, blank=True)
    network = models.CharField(max_length=64, blank=True)


class SetAside(models.Model):
    """More envelopes of a public box from one network in one hour than its rule allows; two people decide blind.

    ``network`` is emptied with the count. ``label`` is what the pages call it: A, B, …
    """

    class Decision(models.TextChoices):
        KEPT = "kept", _("Kept")
        EXCLUDED = "excluded", _("Excluded")

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="set_aside")
    label = models.CharField(max_length=8)
    hour = models.PositiveIntegerField()
    network = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField()
    proposed = models.CharField(_("proposed"), max_length=8, choices=Decision.choices, blank=True)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["box", "label"]
        verbose_name_plural = "set aside"
        constraints = [
            models.UniqueConstraint(name="set_aside_once", fields=["box", "label"]),
            models.CheckConstraint(
                name="set_aside_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
            ),
        ]


class PassRequest(models.Model):
    """Extra slips, or the voiding of a lost one, after opening: one person asks, another confirms."""

    class Kind(models.TextChoices):
        EXTRA = "extra", _("Extra slips")
        VOID = "void", _("Void a slip")

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="pass_requests")
    group = models.CharField(_("group"), max_length=20, choices=EvaluatorGroup.choices)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    number = models.PositiveIntegerField(_("number"), default=1)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="pass_request_two_people",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("proposed_by")),
            )
        ]


class Channel(models.TextChoices):
    ONLINE = "online", _("Online")
    PAPER = "paper", _("Paper")


class Ballot(models.Model):
    """After the count: one cadre's marks from one sheet; shares nothing with the other ballots of that sheet."""

    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="ballots")
    group = models.CharField(max_length=20, choices=EvaluatorGroup.choices)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="ballots")
    marks = models.CharField(max_length=40)


class Opinion(models.Model):
    """After the count: one comment on one cadre, for moderation; never the ballot that it came with."""

    class Status(models.TextChoices):
        PENDING = "pending", _("To be read")
        SHOWN = "shown", _("Shown")
        HIDDEN = "hidden", _("Hidden")

    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="opinions")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="opinions")
    text = models.CharField(_("opinion"), max_length=200)
    # What is shown in its place where names of third persons were blacked out; and the aspect that it touches.
    shown_text = models.CharField(_("opinion as shown"), max_length=200, blank=True)
    aspect = models.CharField(_("aspect"), max_length=20, blank=True)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.PENDING)
    hidden_reason = models.CharField(_("reason for hiding"), max_length=200, blank=True)


class Receipt(models.Model):
    """A code that its voter can look up: counted. No group, no content."""

    code = models.CharField(max_length=24, primary_key=True)
    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="receipts")


class Tally(models.Model):
    """What scoring reads. ``marks`` is ``{aspect: {grade or dont_know, abstained, spoiled: count}}``."""

    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="tallies")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="tallies")
    group = models.CharField(max_length=20, choices=EvaluatorGroup.choices)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    valid = models.PositiveIntegerField()
    marks = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(name="tally_once", fields=["box", "appraisal", "group", "channel"])]


class TellerSlip(models.Model):
    """A teller's right to key paper for one box until its count; only the digest of the slip's code is kept."""

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="teller_slips")
    name = models.CharField(_("name"), max_length=60)
    code_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)


class PaperCount(models.Model):
    """The paper of one group: totals of the signed tally sheet, or every ballot; keyed by one, then by another."""

    class Mode(models.TextChoices):
        TOTALS = "totals", _("Totals of the tally sheet")
        BALLOTS = "ballots", _("Ballot by ballot")

    class State(models.TextChoices):
        KEYING = "keying", _("Being keyed")
        KEYED = "keyed", _("Keyed, to be checked")
        CHECKED = "checked", _("Checked")

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="paper_counts")
    group = models.CharField(_("group"), max_length=20, choices=EvaluatorGroup.choices)
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.TOTALS)
    valid = models.PositiveIntegerField(_("valid ballots"))
    invalid = models.PositiveIntegerField(_("invalid ballots"), default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.KEYED)
    keyed_by = models.CharField(max_length=80)
    checked_by = models.CharField(max_length=80, blank=True)
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="paper_count_once", fields=["box", "group"]),
            models.CheckConstraint(name="paper_two_people", condition=~Q(checked_by=models.F("keyed_by"))),
        ]


class PaperLine(models.Model):
    """One cadre on a tally sheet; every aspect's marks sum to the valid ballots."""

    count = models.ForeignKey(PaperCount, on_delete=models.CASCADE, related_name="lines")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="+")
    marks = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="paper_line_once", fields=["count", "appraisal"])]


class PaperBallot(models.Model):
    """One paper ballot as one of two people keyed it, until the count: ``number`` is pencilled on it when it is keyed.

    ``marks``: ``{appraisal id: marks}`` in the aspects' order, as on ``Ballot``; empty where the ballot is invalid.
    """

    count = models.ForeignKey(PaperCount, on_delete=models.CASCADE, related_name="ballots")
    entry = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    marks = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="paper_ballot_once", fields=["count", "entry", "number"]),
            models.CheckConstraint(name="paper_ballot_entry", condition=Q(entry__in=[1, 2])),
        ]


class Incident(models.Model):
    """Something that did not agree; written outside the transaction that was rolled back."""

    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(_("kind"), max_length=40)
    text = models.CharField(_("what happened"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)
