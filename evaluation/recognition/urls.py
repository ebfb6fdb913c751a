from django.urls import path

from evaluation.recognition.views import assessment, commendations, recommendations, selections

app_name = "recognition"
urlpatterns = [
    path("", recommendations.recommendation_list, name="recommendation-list"),
    path("candidates/<slug:unit_code>/", recommendations.candidate_list, name="candidate-list"),
    path("candidates/<slug:unit_code>/choose/", recommendations.recommendation_choose, name="recommendation-choose"),
    path("<int:pk>/", recommendations.recommendation_detail, name="recommendation-detail"),
    path("submitted.<str:form>", recommendations.recommendation_list_file, name="recommendation-list-file"),
    path("<int:pk>/annex-4.<str:form>", recommendations.recommendation_file, name="recommendation-file"),
    path("<int:pk>/edit/", recommendations.recommendation_edit, name="recommendation-edit"),
    path("<int:pk>/submit/", recommendations.recommendation_submit, name="recommendation-submit"),
    path("<int:pk>/return/", recommendations.recommendation_return, name="recommendation-return"),
    path("ten-best/", selections.selection_list, name="selection-list"),
    path("ten-best/mark/", selections.selection_mark, name="selection-mark"),
    path("ten-best/publish/", selections.selection_publish, name="selection-publish"),
    path("commendations/", commendations.commendation_list, name="commendation-list"),
    path("commendations/create/", commendations.commendation_create, name="commendation-create"),
    path("commendations/publish/", commendations.commendation_publish, name="commendation-publish"),
    path("commendations/drop/", commendations.commendation_drop, name="commendation-drop"),
    path("grades/", assessment.grade_list, name="grade-list"),
    path("grades/enter/", assessment.grade_enter, name="grade-enter"),
    path("annual-assessment/", assessment.assessment_list, name="assessment-list"),
    path("annual-assessment/list.<str:form>", assessment.assessment_file, name="assessment-file"),
    path("annual-assessment/export/", assessment.assessment_export, name="assessment-export"),
]
