from django.apps import AppConfig
from django.core.checks import register


class EvaluationConfig(AppConfig):
    name = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from evaluation.documents.checks import check_fallback_fonts, check_standard_fonts
        from evaluation.guard import sms

        register(check_fallback_fonts)
        # Nothing is wrong then, and every command would say it: only where the whole installation is looked at.
        register(check_standard_fonts, deploy=True)
        if sms.sms_is_on():
            sms.backend()
