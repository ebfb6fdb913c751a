from django.urls import path

from evaluation.bonus.importing import BONUS
from evaluation.bonus.views import claims, decisions, exports
from evaluation.intake.urls import form_url, import_urls

app_name = "bonus"
urlpatterns = [
    path("", claims.claim_list, name="claim-list"),
    path("create/", claims.claim_create, name="claim-create"),
    path("totals/", claims.total_list, name="total-list"),
    path("approve/", decisions.claim_approve, name="claim-approve"),
    path("claims.xlsx", exports.claim_export, name="claim-export"),
    form_url(BONUS, "import/form/", "import-template"),
    *import_urls(BONUS),
    path("<int:pk>/", claims.claim_detail, name="claim-detail"),
    path("forms.<str:form>", claims.claim_list_file, name="claim-list-file"),
    path("<int:pk>/form.<str:form>", claims.claim_form_file, name="claim-form-file"),
    path("<int:pk>/proof/", claims.claim_proof, name="claim-proof"),
    path("<int:pk>/files/<int:file_pk>/", claims.claim_file, name="claim-file"),
    path("<int:pk>/opinion/", claims.claim_opinion, name="claim-opinion"),
    path("<int:pk>/withdraw/", claims.claim_withdraw, name="claim-withdraw"),
    path("<int:pk>/refuse/", decisions.claim_refuse, name="claim-refuse"),
    path("<int:pk>/reopen/", decisions.claim_reopen, name="claim-reopen"),
    path("<int:pk>/award/", decisions.award_set, name="award-set"),
]
