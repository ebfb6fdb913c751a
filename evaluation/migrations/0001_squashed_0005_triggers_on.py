"""The first five migrations as one, for databases that are made anew; it makes what they make, in a quarter of the time.

A database that went the long way is recognised as being here already.
"""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import evaluation.guard.codes
import evaluation.rectification.models
from evaluation.migrations._triggers import CLOSED_LOOP, off, on


class Migration(migrations.Migration):
    replaces = [
        ("evaluation", "0001_initial"),
        ("evaluation", "0002_guards"),
        ("evaluation", "0003_triggers_off"),
        ("evaluation", "0004_closed_loop"),
        ("evaluation", "0005_triggers_on"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("is_working", models.BooleanField(verbose_name="working day")),
                ("note", models.CharField(blank=True, max_length=60, verbose_name="note")),
            ],
            options={
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveIntegerField(unique=True, verbose_name="year")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("city_name", models.CharField(max_length=40, verbose_name="city")),
                ("campaign_name", models.CharField(default="晒举措、赛干劲", max_length=40, verbose_name="campaign")),
                (
                    "office_name",
                    models.CharField(default="市作风效能执行力办", max_length=40, verbose_name="name of the office"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Being set up"), ("open", "Under way"), ("closed", "Ended")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("deadline", models.DateField(verbose_name="deadline")),
                (
                    "feedback_days",
                    models.PositiveIntegerField(default=3, verbose_name="working days to answer the feedback"),
                ),
                ("notice_days", models.PositiveIntegerField(default=5, verbose_name="working days of public notice")),
                (
                    "objection_days",
                    models.PositiveIntegerField(default=5, verbose_name="working days to review an objection"),
                ),
                (
                    "comment_days",
                    models.PositiveIntegerField(default=5, verbose_name="working days for opinions on a plan"),
                ),
                (
                    "complaint_accept_days",
                    models.PositiveIntegerField(default=5, verbose_name="working days to accept or refuse a complaint"),
                ),
                (
                    "complaint_days",
                    models.PositiveIntegerField(default=30, verbose_name="working days to handle a complaint"),
                ),
                (
                    "complaint_extended_days",
                    models.PositiveIntegerField(default=60, verbose_name="working days to handle it, extended"),
                ),
                (
                    "callback_days",
                    models.PositiveIntegerField(default=10, verbose_name="working days to say how satisfied one is"),
                ),
                (
                    "defence_days",
                    models.PositiveIntegerField(
                        default=5, verbose_name="working days for a defence against a deduction"
                    ),
                ),
                (
                    "defence_review_days",
                    models.PositiveIntegerField(default=5, verbose_name="working days to review a defence"),
                ),
                (
                    "freeze_days",
                    models.PositiveIntegerField(
                        default=5, verbose_name="working days until the list of a month is frozen"
                    ),
                ),
                (
                    "answer_days",
                    models.PositiveIntegerField(default=5, verbose_name="working days to answer an opinion on a plan"),
                ),
                (
                    "rating_days",
                    models.PositiveIntegerField(
                        default=10, verbose_name="working days to rate a finished rectification"
                    ),
                ),
                ("ten_best_count", models.PositiveIntegerField(default=10, verbose_name="number of the ten best")),
                ("is_demonstration", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-year"],
            },
        ),
        migrations.CreateModel(
            name="SiteTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site_url", models.CharField(max_length=200, unique=True)),
                ("code", models.CharField(default=evaluation.guard.codes.new_public_code, max_length=8, unique=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SpentChallenge",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("photo", "Photo"),
                            ("evidence", "Evidence"),
                            ("workbook", "Workbook"),
                            ("scan", "Scan"),
                        ],
                        max_length=20,
                    ),
                ),
                ("file", models.FileField(upload_to="stored/")),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("code", models.CharField(max_length=32, unique=True)),
                ("uploaded_by", models.CharField(blank=True, max_length=80)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="TelephoneCode",
            fields=[
                ("number", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("purpose", models.CharField(db_index=True, default="", max_length=40)),
                ("code_digest", models.CharField(max_length=64)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("is_used", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="TimerRun",
            fields=[
                ("step", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("ran_at", models.DateTimeField()),
                ("number", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveBigIntegerField(unique=True, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("actor", models.CharField(max_length=80, verbose_name="who")),
                ("action", models.CharField(db_index=True, max_length=60, verbose_name="act")),
                ("target_kind", models.CharField(max_length=60, verbose_name="object")),
                ("target_id", models.CharField(max_length=60)),
                ("detail", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "ordering": ["-sequence"],
                "indexes": [
                    models.Index(fields=["target_kind", "target_id"], name="evaluation__target__a05ce0_idx"),
                    models.Index(fields=["at"], name="evaluation__at_8711f1_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                (
                    "hash",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="audit_head_is_single")],
            },
        ),
        migrations.CreateModel(
            name="Cadre",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_key", models.CharField(db_index=True, max_length=60)),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cadre",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TryCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bucket", models.CharField(max_length=64)),
                ("window_starts", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bucket", "window_starts"), name="try_count_once_per_window")
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name of the unit")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("department", "Department of the city"),
                            ("affiliated", "Directly affiliated unit"),
                            ("service_centre", "Administrative service centre"),
                            ("town", "Town or subdistrict"),
                            ("village", "Village or community"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("staff_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of staff")),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="address")),
                ("order", models.PositiveIntegerField(default=1000, verbose_name="order")),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.unit",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="evaluation.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("parent", "name"), name="unit_name_once_per_parent"),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)), fields=("name",), name="unit_name_once_at_top"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appraisal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("mid_level", "Mid-level cadres"),
                            ("village", "Village and community cadres"),
                            ("bureau_leader", "Leading cadres"),
                        ],
                        max_length=20,
                        verbose_name="track",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("office", models.CharField(blank=True, max_length=80, verbose_name="section")),
                ("nature", models.CharField(blank=True, max_length=40, verbose_name="nature of function")),
                ("post", models.CharField(blank=True, max_length=80, verbose_name="post")),
                ("position", models.CharField(blank=True, max_length=80, verbose_name="position")),
                ("appointed", models.CharField(blank=True, max_length=10, verbose_name="in post since")),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("leader", models.CharField(blank=True, max_length=60, verbose_name="leader in charge")),
                ("is_window_head", models.BooleanField(default=False, verbose_name="window head")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("order", models.PositiveIntegerField(default=0)),
                ("exempt", models.BooleanField(default=False, verbose_name="exempt")),
                ("exempt_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for exemption")),
                (
                    "public_code",
                    models.CharField(default=evaluation.guard.codes.new_public_code, max_length=8, unique=True),
                ),
                ("sheet_frozen_at", models.DateTimeField(blank=True, null=True)),
                ("final_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cadre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appraisals", to="evaluation.cadre"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appraisals", to="evaluation.cycle"
                    ),
                ),
                (
                    "home_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="home_appraisals",
                        to="evaluation.unit",
                    ),
                ),
                (
                    "organising_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organised_appraisals",
                        to="evaluation.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["cycle", "organising_unit", "track"], name="evaluation__cycle_i_39ba28_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "cadre"), name="appraisal_once_per_cycle"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exempt", False), models.Q(("exempt_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="exemption_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Frame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ledger", "Service ledger"),
                            ("list", "A list of enterprises, households or persons"),
                        ],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="frames", to="evaluation.cycle"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="frames", to="evaluation.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["unit__order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("roster", "Roster"),
                            ("ledger", "Service ledger"),
                            ("daily", "Daily assessment sheet"),
                        ],
                        max_length=20,
                    ),
                ),
                ("year", models.PositiveIntegerField(verbose_name="year")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("previewed", "To be confirmed"),
                            ("confirmed", "Imported"),
                            ("discarded", "Discarded"),
                        ],
                        default="previewed",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("read", models.PositiveIntegerField(default=0, verbose_name="read")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="new")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="changed")),
                ("same", models.PositiveIntegerField(default=0, verbose_name="same")),
                ("rejected", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                ("summary", models.JSONField(default=dict)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.storedfile"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "read",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("new"), "+", models.F("changed")
                                        ),
                                        "+",
                                        models.F("same"),
                                    ),
                                    "+",
                                    models.F("rejected"),
                                ),
                            )
                        ),
                        name="import_read_is_sum",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("mid_level", "Mid-level cadres"),
                            ("village", "Village and community cadres"),
                            ("bureau_leader", "Leading cadres"),
                        ],
                        max_length=20,
                        verbose_name="track",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("computed", "Computed"),
                            ("feedback", "Fed back to the cadres"),
                            ("notice", "Public notice"),
                            ("final", "Final"),
                            ("superseded", "Replaced by a correction"),
                        ],
                        default="computed",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("rules", models.JSONField()),
                (
                    "public_code",
                    models.CharField(default=evaluation.guard.codes.new_public_code, max_length=8, unique=True),
                ),
                ("analysis", models.TextField(blank=True, verbose_name="analysis of the unit")),
                ("computed_at", models.DateTimeField()),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("feedback_due", models.DateField(blank=True, null=True, verbose_name="answer to the feedback by")),
                ("notice_from", models.DateField(blank=True, null=True, verbose_name="notice from")),
                ("notice_until", models.DateField(blank=True, null=True, verbose_name="notice until")),
                ("finalised_at", models.DateTimeField(blank=True, null=True)),
                (
                    "correction_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="reason for the correction"),
                ),
                (
                    "analysis_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "computed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="evaluation.cycle"
                    ),
                ),
                (
                    "finalised_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organising_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="evaluation.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "track", "organising_unit", "version"), name="publication_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "superseded"), _negated=True),
                        fields=("cycle", "track", "organising_unit"),
                        name="one_current_publication",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("chair", models.CharField(blank=True, max_length=60, verbose_name="chair")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("announced", "Announced"),
                            ("held", "Held"),
                            ("reported", "Reported"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("summary", models.TextField(blank=True, verbose_name="report of the meeting")),
                (
                    "public_code",
                    models.CharField(default=evaluation.guard.codes.new_public_code, max_length=8, unique=True),
                ),
                ("announced_at", models.DateTimeField(blank=True, null=True)),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="evaluation.cycle"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="evaluation.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScrutineerKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_key", models.BinaryField()),
                ("wrapped_private_key", models.BinaryField()),
                ("salt", models.BinaryField()),
                ("opslimit", models.PositiveBigIntegerField()),
                ("memlimit", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("recovery_printed_at", models.DateTimeField(blank=True, null=True)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scrutineer_keys",
                        to="evaluation.cycle",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scrutineer_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cycle", "user"), name="scrutineer_key_once")],
            },
        ),
        migrations.CreateModel(
            name="TrackRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("mid_level", "Mid-level cadres"),
                            ("village", "Village and community cadres"),
                            ("bureau_leader", "Leading cadres"),
                        ],
                        max_length=20,
                        verbose_name="track",
                    ),
                ),
                (
                    "daily_base",
                    models.DecimalField(decimal_places=2, default=20, max_digits=5, verbose_name="daily points"),
                ),
                (
                    "bonus_cap",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="most bonus points"
                    ),
                ),
                (
                    "sheet_votes_own_unit",
                    models.BooleanField(default=False, verbose_name="those on the sheet vote as own unit"),
                ),
                ("quick_mark", models.BooleanField(default=True, verbose_name="one line 五项同选 on the ballot")),
                (
                    "notice_when",
                    models.CharField(
                        choices=[
                            ("never", "Never"),
                            ("any", "Where an aspect, a deduction or repeated opinions ask for one"),
                        ],
                        default="any",
                        max_length=10,
                        verbose_name="rectification notice",
                    ),
                ),
                (
                    "notice_below",
                    models.DecimalField(
                        decimal_places=2,
                        default=70,
                        max_digits=5,
                        verbose_name="notice where an aspect's mean is below",
                    ),
                ),
                (
                    "notice_opinions",
                    models.PositiveSmallIntegerField(
                        blank=True, default=3, null=True, verbose_name="notice where as many opinions touch one aspect"
                    ),
                ),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="evaluation.cycle"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "track"), name="rules_once_per_track"),
                    models.CheckConstraint(
                        condition=models.Q(("daily_base__gte", 0), ("daily_base__lte", 100)), name="daily_base_bounds"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, verbose_name="case number")),
                ("matter", models.CharField(max_length=120, verbose_name="matter")),
                ("office", models.CharField(blank=True, max_length=80, verbose_name="section")),
                ("handler", models.CharField(blank=True, max_length=60, verbose_name="handled by")),
                ("applicant", models.CharField(max_length=120, verbose_name="applicant")),
                ("applicant_kind", models.CharField(blank=True, max_length=20, verbose_name="kind of applicant")),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="accepted on")),
                ("finished_on", models.DateField(blank=True, null=True, verbose_name="finished on")),
                ("state", models.CharField(blank=True, max_length=20, verbose_name="state")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_records",
                        to="evaluation.cycle",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_records",
                        to="evaluation.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["cycle", "unit", "office"], name="evaluation__cycle_i_87a965_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "unit", "number"), name="service_record_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScopeList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Being drawn up"), ("filed", "Filed"), ("returned", "Returned")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("filed_at", models.DateTimeField(blank=True, null=True)),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scope_lists", to="evaluation.cycle"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scope_lists", to="evaluation.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cycle", "unit"), name="scope_list_once")],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("office", models.CharField(blank=True, max_length=80, verbose_name="section")),
                ("post", models.CharField(blank=True, max_length=80, verbose_name="post")),
                (
                    "since",
                    models.CharField(
                        blank=True, help_text="2009, 2009-06 or 2009-06-25", max_length=10, verbose_name="since"
                    ),
                ),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "cadre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="postings", to="evaluation.cadre"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="evaluation.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonthSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="its first day", verbose_name="month")),
                ("rows", models.JSONField(default=list)),
                ("sha256", models.CharField(max_length=64)),
                ("frozen_at", models.DateTimeField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="month_sheets", to="evaluation.cycle"
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="month_sheets", to="evaluation.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "unit", "month"), name="month_sheet_once"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="month_sheet_first_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("office", "Office"),
                            ("unit_admin", "Unit administrator"),
                            ("approver", "Approver"),
                            ("scrutineer", "Scrutineer"),
                            ("cadre", "Cadre"),
                            ("organisation", "Organisation department"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="evaluation.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "unit", "role"), name="membership_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", True)), fields=("user", "role"), name="city_membership_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ["office", "organisation", "auditor"]), ("unit__isnull", True)),
                            models.Q(("role__in", ["unit_admin", "approver", "cadre"]), ("unit__isnull", False)),
                            ("role", "scrutineer"),
                            _connector="OR",
                        ),
                        name="membership_unit_fits_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name of the unit")),
                ("until", models.DateField(default=datetime.date.today, verbose_name="until")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="earlier_names", to="evaluation.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="plan")),
                (
                    "meeting_planned_on",
                    models.DateField(blank=True, null=True, verbose_name="planned day of the meeting"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Submitted"), ("returned", "Returned")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="work_plans", to="evaluation.cycle"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.storedfile",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="work_plans", to="evaluation.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cycle", "unit"), name="work_plan_once")],
            },
        ),
        migrations.CreateModel(
            name="CycleStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Public pledge"),
                            (2, "Public report"),
                            (3, "Public evaluation"),
                            (4, "Public result"),
                            (5, "Public rectification"),
                        ],
                        verbose_name="step",
                    ),
                ),
                ("starts", models.DateField(verbose_name="first day")),
                ("ends", models.DateField(verbose_name="last day")),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="evaluation.cycle"
                    ),
                ),
            ],
            options={
                "ordering": ["step"],
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "step"), name="step_once_per_cycle"),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gte", models.F("starts"))), name="step_ends_after_start"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="number in the register")),
                (
                    "receipt",
                    models.CharField(
                        default=evaluation.guard.codes.new_receipt,
                        max_length=12,
                        unique=True,
                        verbose_name="receipt number",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web page"),
                            ("telephone", "Telephone"),
                            ("letter", "Letter"),
                            ("visit", "Visit"),
                            ("transfer", "Passed on by another body"),
                            ("ballot", "Opinion from a ballot"),
                        ],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("with_office", models.BooleanField(default=False, verbose_name="kept by the office")),
                ("concerns_nobody", models.BooleanField(default=False, verbose_name="concerns no single cadre")),
                ("about", models.CharField(blank=True, max_length=120, verbose_name="whom or what it is about")),
                ("text", models.TextField(verbose_name="what happened")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="when it happened")),
                ("is_named", models.BooleanField(default=False, verbose_name="by name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("refused", "Not accepted"),
                            ("accepted", "Being handled"),
                            ("found", "Finding to be confirmed"),
                            ("confirmed", "To be answered"),
                            ("answered", "Answered"),
                            ("closed", "Concluded"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="handling")),
                ("received_on", models.DateField(verbose_name="received on")),
                ("accept_due", models.DateField(verbose_name="accept or refuse by")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="accepted or refused on")),
                (
                    "refusal_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="reason for not accepting"),
                ),
                ("handling_from", models.DateField(blank=True, null=True, verbose_name="handling since")),
                ("handling_due", models.DateField(blank=True, null=True, verbose_name="answer by")),
                ("is_extended", models.BooleanField(default=False, verbose_name="extended")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "appraisal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled_complaints",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="complaints", to="evaluation.cycle"
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="complaints", to="evaluation.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "number"), name="complaint_number_once"),
                    models.CheckConstraint(condition=models.Q(("round__in", [1, 2])), name="complaint_two_handlings"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refused"), _negated=True),
                            models.Q(("refusal_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_complaint_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["received", "refused"]),
                            models.Q(
                                ("decided_on__isnull", False),
                                ("handling_due__isnull", False),
                                ("handling_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="accepted_complaint_has_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["found", "answered"]), _negated=True),
                            ("handler__isnull", False),
                            _connector="OR",
                        ),
                        name="found_complaint_has_handler",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commendation",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "commended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.CharField(max_length=64, verbose_name="seed")),
                ("seed_note", models.CharField(blank=True, max_length=120, verbose_name="where the seed comes from")),
                ("is_generated", models.BooleanField(default=False, verbose_name="seed made by the system")),
                ("each", models.PositiveIntegerField(verbose_name="drawn from every section")),
                ("reserve_each", models.PositiveIntegerField(verbose_name="reserve of every section")),
                ("least", models.PositiveIntegerField(verbose_name="least graded sheets")),
                (
                    "public_code",
                    models.CharField(default=evaluation.guard.codes.new_public_code, max_length=8, unique=True),
                ),
                ("drawn_at", models.DateTimeField(auto_now_add=True)),
                (
                    "set_aside_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why it was drawn again"),
                ),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "frame",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="evaluation.frame"
                    ),
                ),
            ],
            options={
                "ordering": ["frame", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("set_aside_at__isnull", True)),
                        fields=("frame",),
                        name="one_standing_draw_per_frame",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("returned", "Returned"),
                            ("approved", "Approved"),
                            ("published", "Published"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("duty", models.TextField(blank=True, verbose_name="performance of duty")),
                ("commitments", models.TextField(blank=True, verbose_name="service commitments")),
                ("integrity", models.TextField(blank=True, verbose_name="integrity")),
                ("problems", models.TextField(blank=True, verbose_name="problems and intentions")),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report", to="evaluation.appraisal"
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrameEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section", models.CharField(blank=True, max_length=80, verbose_name="section")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("mark", models.CharField(blank=True, max_length=8, verbose_name="mark")),
                (
                    "frame",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="evaluation.frame"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "frame entries",
                "constraints": [
                    models.UniqueConstraint(fields=("frame", "section", "name", "mark"), name="frame_entry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(max_length=80, verbose_name="sheet")),
                ("number", models.PositiveIntegerField(verbose_name="row")),
                ("column", models.CharField(blank=True, max_length=40, verbose_name="column")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("new", "New"), ("changed", "Changed"), ("same", "Same"), ("rejected", "Rejected")],
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="problem")),
                ("advice", models.CharField(blank=True, max_length=300, verbose_name="what to do")),
                ("values", models.JSONField(default=dict)),
                ("target_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="evaluation.importjob"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["job", "verdict"], name="evaluation__job_id_565b22_idx")],
            },
        ),
        migrations.CreateModel(
            name="Pledge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("returned", "Returned"),
                            ("approved", "Approved"),
                            ("published", "Published"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("duties", models.TextField(blank=True, verbose_name="duties")),
                ("identity", models.CharField(blank=True, max_length=80, verbose_name="identity")),
                (
                    "staff_number",
                    models.CharField(blank=True, max_length=30, verbose_name="staff or enforcement number"),
                ),
                ("commitments", models.TextField(blank=True, verbose_name="service commitments")),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pledge", to="evaluation.appraisal"
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.storedfile",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resume", models.TextField(blank=True, verbose_name="resumé")),
                ("deeds", models.TextField(blank=True, verbose_name="deeds")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Submitted"), ("returned", "Returned")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendation",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="evaluation.cycle",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="evaluation.unit",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cycle", "unit"), name="one_recommendation_per_unit")],
            },
        ),
        migrations.CreateModel(
            name="RectificationPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("returned", "Returned"),
                            ("published", "Published"),
                            ("completed", "Reported as done"),
                            ("accepted", "Accepted"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("comments_until", models.DateField(blank=True, null=True, verbose_name="opinions until")),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("rating_until", models.DateField(blank=True, null=True, verbose_name="ratings until")),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("times_returned", models.PositiveSmallIntegerField(default=0)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plan", to="evaluation.appraisal"
                    ),
                ),
                (
                    "completed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_by__isnull", True),
                            models.Q(
                                models.Q(("accepted_by", models.F("submitted_by")), _negated=True),
                                models.Q(("accepted_by", models.F("completed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="plan_accepted_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("question", "Question"), ("interpellation", "Interpellation")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("style", "Work style and efficiency"),
                            ("policy", "Policy and law"),
                            ("hot_issue", "Issues that concern people"),
                            ("pledge", "Pledges"),
                        ],
                        max_length=20,
                        verbose_name="topic",
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        choices=[
                            ("recipient", "Service recipients"),
                            ("staff", "Staff of the unit"),
                            ("party_delegate", "Delegates of the Party congress"),
                            ("people_deputy", "Deputies of the people's congress"),
                            ("cppcc_member", "Members of the political consultative conference"),
                            ("supervisor", "Supervisors"),
                            ("society", "Representatives of society"),
                        ],
                        max_length=20,
                        verbose_name="asked by",
                    ),
                ),
                ("question", models.TextField(verbose_name="question")),
                ("answer", models.TextField(blank=True, verbose_name="answer given")),
                ("written_due", models.DateField(blank=True, null=True, verbose_name="written answer by")),
                ("written_answer", models.TextField(blank=True, verbose_name="written answer")),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inquiries", to="evaluation.appraisal"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inquiries",
                        to="evaluation.reportmeeting",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "inquiries",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("recipient", "Service recipients"),
                            ("staff", "Staff of the unit"),
                            ("party_delegate", "Delegates of the Party congress"),
                            ("people_deputy", "Deputies of the people's congress"),
                            ("cppcc_member", "Members of the political consultative conference"),
                            ("supervisor", "Supervisors"),
                            ("society", "Representatives of society"),
                        ],
                        max_length=20,
                        verbose_name="category",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("organisation", models.CharField(blank=True, max_length=80, verbose_name="where from")),
                (
                    "status",
                    models.CharField(
                        choices=[("invited", "Invited"), ("present", "Present"), ("on_leave", "On leave")],
                        default="invited",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("is_walk_in", models.BooleanField(default=False, verbose_name="without invitation")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendees",
                        to="evaluation.reportmeeting",
                    ),
                ),
            ],
            options={
                "ordering": ["category", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AttendanceCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("recipient", "Service recipients"),
                            ("staff", "Staff of the unit"),
                            ("party_delegate", "Delegates of the Party congress"),
                            ("people_deputy", "Deputies of the people's congress"),
                            ("cppcc_member", "Members of the political consultative conference"),
                            ("supervisor", "Supervisors"),
                            ("society", "Representatives of society"),
                        ],
                        max_length=20,
                        verbose_name="category",
                    ),
                ),
                ("invited", models.PositiveIntegerField(default=0, verbose_name="invited")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="present")),
                ("on_leave", models.PositiveIntegerField(blank=True, null=True, verbose_name="on leave")),
                ("walk_ins", models.PositiveIntegerField(default=0, verbose_name="without invitation")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="evaluation.reportmeeting",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "category"), name="attendance_once_per_category"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("present__isnull", True), ("walk_ins__lte", models.F("present")), _connector="OR"
                        ),
                        name="walk_ins_are_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("text", models.CharField(max_length=200, verbose_name="item")),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes")),
                (
                    "appraisal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="evaluation.reportmeeting",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("unit_name", models.CharField(max_length=80, verbose_name="unit")),
                ("post", models.CharField(blank=True, max_length=160, verbose_name="post")),
                (
                    "status",
                    models.CharField(
                        choices=[("scored", "Scored"), ("incomplete", "Incomplete"), ("exempt", "Exempt")],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("tallies", models.JSONField(default=dict)),
                ("explanation", models.JSONField(default=dict)),
                ("deductions", models.JSONField(default=list)),
                ("awards", models.JSONField(default=list)),
                ("missing_groups", models.JSONField(default=dict)),
                ("is_suppressed", models.BooleanField(default=False)),
                (
                    "democratic",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="democratic"
                    ),
                ),
                (
                    "daily",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="daily"),
                ),
                (
                    "bonus",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="bonus"),
                ),
                (
                    "composite",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="composite"
                    ),
                ),
                ("rank", models.PositiveIntegerField(blank=True, null=True, verbose_name="rank")),
                ("list_order", models.PositiveIntegerField(default=0)),
                ("analysis", models.TextField(blank=True, verbose_name="analysis")),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="evaluation.appraisal"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="evaluation.publication"
                    ),
                ),
            ],
            options={
                "ordering": ["publication", "list_order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("publication", "appraisal"), name="result_once_per_publication"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("composite__isnull", True),
                            (
                                "composite",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("democratic"), "+", models.F("daily")
                                    ),
                                    "+",
                                    models.F("bonus"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="composite_is_the_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShortfallDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("accept", "Accept the small sample"),
                            ("reallocate", "Reallocate the points"),
                            ("exempt", "Exempt the cadre this year"),
                        ],
                        max_length=12,
                        verbose_name="decision",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shortfall_decisions",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("appraisal", "group"), name="shortfall_decision_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="shortfall_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BonusClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("award", models.CharField(max_length=120, verbose_name="award")),
                ("award_key", models.CharField(blank=True, db_index=True, max_length=120)),
                ("issuer", models.CharField(max_length=120, verbose_name="issued by")),
                ("level", models.CharField(max_length=20, verbose_name="level")),
                ("document_number", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("awarded_on", models.DateField(verbose_name="date of the award")),
                ("is_department", models.BooleanField(default=False, verbose_name="award of the department")),
                (
                    "department",
                    models.CharField(blank=True, max_length=80, verbose_name="department that was commended"),
                ),
                (
                    "held_post",
                    models.CharField(blank=True, max_length=200, verbose_name="post held on the date of the award"),
                ),
                ("post_note", models.CharField(blank=True, max_length=200, verbose_name="why the cadre is credited")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("unit_opinion", models.CharField(blank=True, max_length=200, verbose_name="opinion of the unit")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("claimed", "To be decided"),
                            ("approved", "Recognised"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="claimed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("approved_level", models.CharField(blank=True, max_length=20, verbose_name="approved level")),
                ("claimed_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason for refusal or withdrawal"),
                ),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bonus_claims",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit_opinion_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("further_files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.storedfile"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("claimed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="bonus_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("unit_opinion_by__isnull", True),
                            models.Q(("decided_by", models.F("unit_opinion_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="bonus_decided_by_another_than_opinion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["refused", "withdrawn"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_bonus_has_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ["claimed", "approved"]), models.Q(("award_key", ""), _negated=True)
                        ),
                        fields=("appraisal", "award_key", "level"),
                        name="award_stands_once_at_a_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label_zh", models.CharField(max_length=60, verbose_name="name in Chinese")),
                ("label_en", models.CharField(blank=True, max_length=80, verbose_name="name in English")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[("service", "Service recipients"), ("unit", "Own unit"), ("society", "Society")],
                        max_length=10,
                        verbose_name="part",
                    ),
                ),
                ("base", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="base points")),
                ("min_valid", models.PositiveIntegerField(verbose_name="least graded sheets")),
                (
                    "on_shortfall",
                    models.CharField(
                        choices=[
                            ("ask", "Ask the office"),
                            ("accept", "Accept the small sample"),
                            ("reallocate", "Reallocate the points"),
                        ],
                        max_length=12,
                        verbose_name="if there are fewer",
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="evaluation.trackrules"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("rules", "code"), name="group_once_per_rules"),
                    models.CheckConstraint(condition=models.Q(("base__gt", 0)), name="group_base_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GradeRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label_zh", models.CharField(max_length=60, verbose_name="name in Chinese")),
                ("label_en", models.CharField(blank=True, max_length=80, verbose_name="name in English")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("value", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="value")),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grades", to="evaluation.trackrules"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("rules", "code"), name="grade_once_per_rules"),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0), ("value__lte", 100)), name="grade_value_bounds"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeductionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label_zh", models.CharField(max_length=60, verbose_name="name in Chinese")),
                ("label_en", models.CharField(blank=True, max_length=80, verbose_name="name in English")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("code", models.SlugField(max_length=10, verbose_name="rule")),
                (
                    "points",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="points"),
                ),
                (
                    "maximum",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="at most"),
                ),
                (
                    "minimum",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="at least"),
                ),
                ("clause", models.CharField(blank=True, max_length=10, verbose_name="clause")),
                ("asks_notice", models.BooleanField(default=True, verbose_name="asks for a rectification notice")),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deductions",
                        to="evaluation.trackrules",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("rules", "code"), name="deduction_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("maximum__isnull", True), ("points__gt", 0)),
                            models.Q(("maximum__gt", 0), ("points__isnull", True)),
                            _connector="OR",
                        ),
                        name="deduction_points_or_maximum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum__isnull", True),
                            models.Q(("minimum__gt", 0), ("minimum__lte", models.F("maximum"))),
                            _connector="OR",
                        ),
                        name="deduction_bounds_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BonusLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label_zh", models.CharField(max_length=60, verbose_name="name in Chinese")),
                ("label_en", models.CharField(blank=True, max_length=80, verbose_name="name in English")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("code", models.SlugField(max_length=20, verbose_name="level")),
                ("points", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="points")),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bonus_levels",
                        to="evaluation.trackrules",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("rules", "code"), name="bonus_level_once"),
                    models.CheckConstraint(condition=models.Q(("points__gt", 0)), name="bonus_points_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AspectRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label_zh", models.CharField(max_length=60, verbose_name="name in Chinese")),
                ("label_en", models.CharField(blank=True, max_length=80, verbose_name="name in English")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("code", models.SlugField(max_length=20, verbose_name="code")),
                ("weight", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="weight")),
                ("prompt_zh", models.TextField(blank=True, verbose_name="prompt in Chinese")),
                ("prompt_en", models.TextField(blank=True, verbose_name="prompt in English")),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aspects", to="evaluation.trackrules"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("rules", "code"), name="aspect_once_per_rules"),
                    models.CheckConstraint(condition=models.Q(("weight__gt", 0)), name="aspect_weight_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RectificationNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="document number")),
                ("reasons", models.JSONField(default=list)),
                ("text", models.TextField(verbose_name="demands")),
                ("due", models.DateField(verbose_name="deadline")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("issued", "Issued to the unit"),
                            ("received", "Receipt confirmed"),
                            ("dropped", "Not issued"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("issuer", models.CharField(blank=True, max_length=80, verbose_name="issued in the name of")),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("drop_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for not issuing")),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notice", to="evaluation.appraisal"
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectification_notices",
                        to="evaluation.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="YearEndGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("excellent", "Excellent"),
                            ("competent", "Competent"),
                            ("basic", "Basically competent"),
                            ("incompetent", "Incompetent"),
                        ],
                        max_length=12,
                        verbose_name="year-end grade",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="remark")),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_end_grade",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("opinion", "Opinion of the public"),
                            ("aspect", "Low aspect"),
                            ("deduction", "Deduction"),
                            ("other", "Own finding"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("problem", models.TextField(verbose_name="problem")),
                ("measure", models.TextField(blank=True, verbose_name="measure")),
                ("effect", models.TextField(blank=True, verbose_name="effect to be reached")),
                ("due", models.DateField(blank=True, null=True, verbose_name="by")),
                ("first_due", models.DateField(blank=True, null=True, verbose_name="by, as published")),
                ("person", models.CharField(blank=True, max_length=60, verbose_name="who sees to it")),
                ("completion", models.TextField(blank=True, verbose_name="what was done")),
                ("completed_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="evaluation.rectificationplan",
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
            ],
            options={
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintContact",
            fields=[
                (
                    "complaint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="contact",
                        serialize=False,
                        to="evaluation.complaint",
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="DailyDeduction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=10, verbose_name="rule")),
                ("found_on", models.DateField(verbose_name="date of the finding")),
                ("points", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="points each")),
                ("count", models.PositiveSmallIntegerField(default=1, verbose_name="number of cases")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("complaint", "Complaint"),
                            ("opinion", "Opinion of the public"),
                            ("inspection", "Inspection"),
                            ("discipline", "Discipline inspection"),
                            ("court", "Reconsideration or litigation"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                ("facts", models.TextField(verbose_name="facts")),
                ("basis", models.CharField(max_length=200, verbose_name="basis")),
                ("supervised_person", models.CharField(blank=True, max_length=60, verbose_name="supervised person")),
                (
                    "responsibility",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="responsibility of the leader at that time"
                    ),
                ),
                ("to_rectify", models.CharField(blank=True, max_length=300, verbose_name="what was to be rectified")),
                ("rectify_by", models.DateField(blank=True, null=True, verbose_name="to be rectified by")),
                ("decision", models.CharField(blank=True, max_length=200, verbose_name="decision or judgment")),
                (
                    "impropriety",
                    models.CharField(blank=True, max_length=300, verbose_name="improper performance, as established"),
                ),
                ("harm", models.CharField(blank=True, max_length=200, verbose_name="rights harmed or bad influence")),
                ("amount_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for the amount")),
                (
                    "late_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason for entering it late"),
                ),
                ("incident_number", models.CharField(blank=True, max_length=40, verbose_name="incident number")),
                ("proposal_key", models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ("proposal", models.CharField(blank=True, max_length=300, verbose_name="why it is proposed")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed by a rule"),
                            ("declined", "Not pursued"),
                            ("recorded", "To be confirmed"),
                            ("confirmed", "Confirmed"),
                            ("returned", "Returned"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="recorded",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("by_office", models.BooleanField(default=False, verbose_name="recorded by the office")),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason for returning or withdrawing"),
                ),
                (
                    "told_how",
                    models.CharField(
                        blank=True,
                        choices=[("page", "On their own page"), ("slip", "On paper, handed over")],
                        max_length=4,
                        verbose_name="the cadre was told",
                    ),
                ),
                ("told_on", models.DateField(blank=True, null=True, verbose_name="told on")),
                ("defence_due", models.DateField(blank=True, null=True, verbose_name="defence until")),
                (
                    "appraisal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deductions",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "cadre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deductions", to="evaluation.cadre"
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deductions",
                        to="evaluation.complaint",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deductions",
                        to="evaluation.cycle",
                    ),
                ),
                (
                    "declined_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.storedfile",
                    ),
                ),
                ("further_files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1), ("points__gt", 0)), name="deduction_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="deduction_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("cycle__isnull", False),
                                ("recorded_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="deduction_confirmed_is_attached",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recorded_by__isnull", False),
                            models.Q(("proposal_key__isnull", False), ("status__in", ["proposed", "declined"])),
                            _connector="OR",
                        ),
                        name="deduction_author_or_proposal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawStratum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section", models.CharField(blank=True, max_length=80, verbose_name="section")),
                ("size", models.PositiveIntegerField()),
                ("main", models.PositiveIntegerField()),
                ("reserve", models.PositiveIntegerField()),
                ("is_whole", models.BooleanField(default=False)),
                ("letters_made_at", models.DateTimeField(blank=True, null=True)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="strata", to="evaluation.draw"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "draw strata",
                "ordering": ["section"],
                "constraints": [models.UniqueConstraint(fields=("draw", "section"), name="stratum_once_per_draw")],
            },
        ),
        migrations.CreateModel(
            name="PledgeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("changed_at", models.DateTimeField()),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("duties", "Duties"),
                            ("identity", "Identity"),
                            ("staff_number", "Staff or enforcement number"),
                            ("commitments", "Service commitments"),
                            ("photo", "Photo"),
                            ("item", "Pledged item"),
                        ],
                        max_length=60,
                    ),
                ),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="evaluation.pledge"
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PledgeItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("text", models.CharField(max_length=300, verbose_name="pledge")),
                ("due", models.DateField(blank=True, null=True, verbose_name="by")),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="evaluation.pledge"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PublicComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="name (may stay empty)")),
                ("text", models.TextField(max_length=500, verbose_name="opinion")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "To be read"), ("shown", "Shown"), ("hidden", "Hidden")],
                        default="pending",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("hidden_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for hiding")),
                ("moderated_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answer_due", models.DateField(blank=True, null=True, verbose_name="answer by")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "moderated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="evaluation.rectificationplan",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "hidden"), _negated=True),
                            models.Q(("hidden_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="hidden_comment_has_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpRating",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=evaluation.rectification.models.random_key, primary_key=True, serialize=False
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("basically", "Basically satisfied"),
                            ("dissatisfied", "Not satisfied"),
                        ],
                        max_length=12,
                        verbose_name="rating",
                    ),
                ),
                ("made_on", models.DateField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="evaluation.rectificationplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("declared_at", models.DateTimeField(auto_now_add=True)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="evaluation.complaint"
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("complaint", "user"), name="recusal_once")],
            },
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "office_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recommendation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="selection",
                        to="evaluation.recommendation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at__isnull", True),
                            models.Q(("office_by__isnull", False), ("organisation_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="selection_published_by_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("office_by__isnull", True),
                            ("organisation_by__isnull", True),
                            models.Q(("office_by", models.F("organisation_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="selection_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_cadre", models.BooleanField(default=False)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("figures", "The count or the score"),
                            ("deduction", "A deduction"),
                            ("bonus", "A bonus"),
                            ("other", "Something else"),
                        ],
                        default="other",
                        max_length=10,
                        verbose_name="objects to",
                    ),
                ),
                ("about_row", models.PositiveBigIntegerField(blank=True, null=True)),
                ("person", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("contact", models.CharField(blank=True, max_length=80, verbose_name="contact")),
                ("sealed", models.BinaryField(blank=True, null=True)),
                (
                    "receipt",
                    models.CharField(blank=True, max_length=12, null=True, unique=True, verbose_name="receipt number"),
                ),
                ("text", models.TextField(verbose_name="objection")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("due", models.DateField(verbose_name="review by")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Under review"), ("upheld", "Upheld"), ("dismissed", "Dismissed")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="outcome of the review")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="evaluation.result"
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="handling")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("upheld", "Found to be true"),
                            ("partly", "Partly true"),
                            ("not_upheld", "Not true"),
                            ("unverifiable", "Cannot be verified"),
                        ],
                        max_length=12,
                        verbose_name="finding",
                    ),
                ),
                ("facts", models.TextField(verbose_name="facts found")),
                ("basis", models.CharField(max_length=300, verbose_name="what the finding rests on")),
                ("measures", models.TextField(blank=True, verbose_name="what was done about it")),
                ("found_on", models.DateField()),
                ("confirmed_on", models.DateField(blank=True, null=True)),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for returning")),
                ("answer", models.TextField(blank=True, verbose_name="answer to the complainant")),
                (
                    "answer_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("page", "On the page of the receipt number"),
                            ("telephone", "By telephone"),
                            ("letter", "By letter"),
                            ("visit", "In person"),
                            ("body", "To the body that passed it on"),
                        ],
                        max_length=10,
                        verbose_name="how it was answered",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("callback_due", models.DateField(blank=True, null=True, verbose_name="call back by")),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("basically", "Basically satisfied"),
                            ("dissatisfied", "Not satisfied"),
                            ("not_reached", "Could not be reached"),
                        ],
                        max_length=12,
                        verbose_name="satisfaction",
                    ),
                ),
                ("satisfaction_note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("rated_on", models.DateField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="evaluation.complaint"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
            ],
            options={
                "ordering": ["round"],
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "round"), name="finding_once_per_handling"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("found_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="finding_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True), ("confirmed_on__isnull", False), _connector="OR"
                        ),
                        name="answer_follows_confirmation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[("page", "On their own page"), ("slip", "On paper, handed over")],
                        max_length=4,
                        verbose_name="delivered",
                    ),
                ),
                ("prepared_on", models.DateField(blank=True, null=True, verbose_name="prepared on")),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("due", models.DateField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        choices=[("none", "No answer yet"), ("accepted", "No objection"), ("objected", "Objection")],
                        default="none",
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "delivered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="evaluation.result"
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.storedfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("asked_on", models.DateField()),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("is_approved", models.BooleanField(null=True)),
                (
                    "decision_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="reason for the decision"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="evaluation.complaint",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "round"), name="extension_once_per_handling"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="extension_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BallotBox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "track",
                    models.CharField(
                        choices=[
                            ("mid_level", "Mid-level cadres"),
                            ("village", "Village and community cadres"),
                            ("bureau_leader", "Leading cadres"),
                        ],
                        max_length=20,
                        verbose_name="track",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meeting", "Meeting"),
                            ("recipients", "Drawn service recipients"),
                            ("public", "Public"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("ready", "Ready"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("counted", "Counted"),
                            ("annulled", "Annulled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("is_trial", models.BooleanField(default=False, verbose_name="trial")),
                ("takes_passes", models.BooleanField(default=True, verbose_name="with passes")),
                ("takes_paper", models.BooleanField(default=False, verbose_name="with paper ballots")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place of the paper box")),
                ("staff", models.CharField(blank=True, max_length=120, verbose_name="who staffs the paper box")),
                ("asks_telephone", models.BooleanField(default=False, verbose_name="asks for a telephone number")),
                (
                    "burst_limit",
                    models.PositiveIntegerField(default=20, verbose_name="most ballots from one network in one hour"),
                ),
                ("network_key", models.BinaryField(blank=True, null=True)),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens")),
                ("closes_at", models.DateTimeField(verbose_name="closes at the latest")),
                (
                    "public_code",
                    models.CharField(default=evaluation.guard.codes.new_public_code, max_length=8, unique=True),
                ),
                ("public_key", models.BinaryField(blank=True, null=True)),
                ("envelope_size", models.PositiveIntegerField(default=0)),
                ("spec", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("committed", models.JSONField(default=dict)),
                ("merkle_root", models.CharField(blank=True, max_length=64)),
                ("annul_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for annulling")),
                (
                    "annul_proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "readied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "repeats",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeated_by",
                        to="evaluation.ballotbox",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="boxes", to="evaluation.cycle"
                    ),
                ),
                (
                    "stratum",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boxes",
                        to="evaluation.drawstratum",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boxes",
                        to="evaluation.reportmeeting",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="boxes", to="evaluation.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DrawnRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drawn", "Drawn"),
                            ("reserve", "Reserve"),
                            ("called_up", "Called up from the reserve"),
                            ("unavailable", "Cannot be reached or cannot come"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("meeting", "Invited to the meeting"), ("letter", "By letter or message")],
                        default="meeting",
                        max_length=7,
                        verbose_name="way",
                    ),
                ),
                (
                    "stratum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="evaluation.drawstratum",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drawn", to="evaluation.frameentry"
                    ),
                ),
            ],
            options={
                "ordering": ["stratum", "place"],
                "constraints": [models.UniqueConstraint(fields=("stratum", "place"), name="drawn_place_once")],
            },
        ),
        migrations.CreateModel(
            name="ItemExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateField(verbose_name="new day")),
                ("old_due", models.DateField(verbose_name="day until then")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("approved", "More time given"),
                            ("refused", "No more time given"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="reason of the decision")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="evaluation.planitem"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")), fields=("item",), name="extension_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("old_due"))), name="extension_is_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("status", "asked")),
                            models.Q(
                                models.Q(("status", "asked"), _negated=True),
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="extension_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "completion",
                    models.CharField(
                        blank=True,
                        choices=[("done", "Done"), ("under_way", "Under way"), ("not_done", "Not done")],
                        max_length=10,
                        verbose_name="completion",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what was done")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="evaluation.dutyreport",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="evaluation.pledgeitem",
                    ),
                ),
            ],
            options={
                "ordering": ["item__order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("report", "item"), name="statement_once_per_item")],
            },
        ),
        migrations.CreateModel(
            name="Defence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="defence")),
                ("made_on", models.DateField()),
                ("on_paper", models.BooleanField(default=False, verbose_name="handed in on paper, by the unit")),
                ("due", models.DateField(verbose_name="review by")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Under review"), ("upheld", "Upheld"), ("dismissed", "Dismissed")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="outcome of the review")),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                (
                    "deduction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="defence",
                        to="evaluation.dailydeduction",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="evaluation.storedfile")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="defence_reviewed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "open"),
                            models.Q(("reviewed_by__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="reviewed_defence_has_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                    ),
                ),
                ("channel", models.CharField(choices=[("online", "Online"), ("paper", "Paper")], max_length=6)),
                ("marks", models.CharField(max_length=40)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="evaluation.appraisal"
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="evaluation.ballotbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Envelope",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("hour", models.PositiveIntegerField(blank=True, null=True)),
                ("network", models.CharField(blank=True, max_length=64)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="envelopes", to="evaluation.ballotbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("text", models.CharField(max_length=300, verbose_name="what happened")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="incidents", to="evaluation.ballotbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="opinion")),
                ("shown_text", models.CharField(blank=True, max_length=200, verbose_name="opinion as shown")),
                ("aspect", models.CharField(blank=True, max_length=20, verbose_name="aspect")),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "To be read"), ("shown", "Shown"), ("hidden", "Hidden")],
                        default="pending",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("hidden_reason", models.CharField(blank=True, max_length=200, verbose_name="reason for hiding")),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="evaluation.appraisal"
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="evaluation.ballotbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaperCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("totals", "Totals of the tally sheet"), ("ballots", "Ballot by ballot")],
                        default="totals",
                        max_length=7,
                    ),
                ),
                ("valid", models.PositiveIntegerField(verbose_name="valid ballots")),
                ("invalid", models.PositiveIntegerField(default=0, verbose_name="invalid ballots")),
                (
                    "state",
                    models.CharField(
                        choices=[("keying", "Being keyed"), ("keyed", "Keyed, to be checked"), ("checked", "Checked")],
                        default="keyed",
                        max_length=8,
                    ),
                ),
                ("keyed_by", models.CharField(max_length=80)),
                ("checked_by", models.CharField(blank=True, max_length=80)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper_counts",
                        to="evaluation.ballotbox",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evaluation.storedfile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("box", "group"), name="paper_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(("checked_by", models.F("keyed_by")), _negated=True), name="paper_two_people"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pass",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("code_digest", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("issued", "Issued"), ("spent", "Spent"), ("void", "Void")],
                        default="issued",
                        max_length=6,
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passes", to="evaluation.ballotbox"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "passes",
                "indexes": [models.Index(fields=["box", "group", "state"], name="evaluation__box_id_3dc205_idx")],
            },
        ),
        migrations.CreateModel(
            name="PassRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("extra", "Extra slips"), ("void", "Void a slip")], max_length=5, verbose_name="kind"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="number")),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked for"), ("done", "Done"), ("withdrawn", "Withdrawn")],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pass_requests",
                        to="evaluation.ballotbox",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="pass_request_two_people",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="evaluation.ballotbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoxKeyShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed_private_key", models.BinaryField()),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="key_shares",
                        to="evaluation.ballotbox",
                    ),
                ),
                (
                    "scrutineer_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="evaluation.scrutineerkey",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("box", "scrutineer_key"), name="key_share_once")],
            },
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=8)),
                ("hour", models.PositiveIntegerField()),
                ("network", models.CharField(blank=True, max_length=64)),
                ("number", models.PositiveIntegerField()),
                (
                    "proposed",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "Kept"), ("excluded", "Excluded")],
                        max_length=8,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "Kept"), ("excluded", "Excluded")],
                        max_length=8,
                        verbose_name="decision",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="set_aside", to="evaluation.ballotbox"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "set aside",
                "ordering": ["box", "label"],
                "constraints": [
                    models.UniqueConstraint(fields=("box", "label"), name="set_aside_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="set_aside_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheet_entries",
                        to="evaluation.appraisal",
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheet", to="evaluation.ballotbox"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "constraints": [models.UniqueConstraint(fields=("box", "appraisal"), name="appraisal_once_per_sheet")],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                    ),
                ),
                ("channel", models.CharField(choices=[("online", "Online"), ("paper", "Paper")], max_length=6)),
                ("valid", models.PositiveIntegerField()),
                ("marks", models.JSONField(default=dict)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="evaluation.appraisal"
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="evaluation.ballotbox"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tallies",
                "constraints": [
                    models.UniqueConstraint(fields=("box", "appraisal", "group", "channel"), name="tally_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TellerSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("code_digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="teller_slips",
                        to="evaluation.ballotbox",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoxGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("service_recipient", "Service recipients"),
                            ("own_unit", "Own unit"),
                            ("representative", "Representatives and supervisors"),
                            ("public", "Public"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                ("invited", models.PositiveIntegerField(default=0, verbose_name="invited")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="present")),
                ("slips_out", models.PositiveIntegerField(blank=True, null=True, verbose_name="slips handed out")),
                ("printed", models.PositiveIntegerField(default=0, verbose_name="paper ballots printed")),
                ("leftover", models.PositiveIntegerField(blank=True, null=True, verbose_name="left over and voided")),
                ("handed_out", models.PositiveIntegerField(blank=True, null=True, verbose_name="handed out")),
                ("collected", models.PositiveIntegerField(blank=True, null=True, verbose_name="collected")),
                ("is_valid", models.BooleanField(default=True, verbose_name="vote valid")),
                ("passes_made_at", models.DateTimeField(blank=True, null=True)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="evaluation.ballotbox"
                    ),
                ),
                (
                    "passes_made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("box", "group"), name="group_once_per_box"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_out__isnull", True),
                            ("leftover__isnull", True),
                            (
                                "handed_out",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("printed"), "-", models.F("leftover")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="handed_out_is_printed_less_leftover",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperBallot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("marks", models.JSONField(default=dict)),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ballots", to="evaluation.papercount"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("count", "entry", "number"), name="paper_ballot_once"),
                    models.CheckConstraint(condition=models.Q(("entry__in", [1, 2])), name="paper_ballot_entry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marks", models.JSONField(default=dict)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.appraisal"
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="evaluation.papercount"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("count", "appraisal"), name="paper_line_once")],
            },
        ),
        migrations.RunPython(on(CLOSED_LOOP), off),
    ]
