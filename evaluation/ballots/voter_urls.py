"""Voters: a pass, no account. Tellers: a slip."""

from django.urls import path

from evaluation.ballots import explaining_views, public_views, teller_views, voter_views

app_name = "vote"
urlpatterns = [
    path("", voter_views.landing, name="landing"),
    path("sheet/", voter_views.sheet, name="sheet"),
    path("review/", voter_views.sheet_review, name="review"),
    path("cast/", voter_views.sheet_cast, name="cast"),
    path("counted/", voter_views.receipt_lookup, name="receipt-lookup"),
    path("secrecy/", explaining_views.secrecy, name="secrecy"),
    path("witness/", explaining_views.witness, name="witness"),
    path("public/<slug:code>/", public_views.public_box, name="public-box"),
    path("public/<slug:code>/pass/", public_views.public_pass, name="public-pass"),
    path("public/<slug:code>/challenge/", public_views.public_challenge, name="public-challenge"),
    path("public/<slug:code>/code/", public_views.public_code, name="public-code"),
    path("teller/", teller_views.teller_home, name="teller-home"),
    path("teller/enter/", teller_views.teller_enter, name="teller-enter"),
    path("teller/leave/", teller_views.teller_leave, name="teller-leave"),
    path("teller/<str:group>/", teller_views.teller_paper, name="teller-paper"),
    path("teller/<str:group>/ballots/", teller_views.teller_ballots, name="teller-ballots"),
]
