"""Every address of the system, and the bare views of the bench: never part of what is served to anybody."""

import os

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

ENVELOPE = os.urandom(int(os.environ.get("BENCH_ENVELOPE", "10000")))
BOX, GROUP = int(os.environ.get("BENCH_BOX", "0")), "representative"
SPEND = "UPDATE evaluation_pass SET state = 'spent' WHERE digest = %s AND state = 'issued'"
DROP_IN = (
    'INSERT INTO evaluation_envelope (digest, box_id, "group", sealed, hour, network) VALUES (%s, %s, %s, %s, %s, %s)'
)


@require_POST
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


@require_POST
def bare(request: HttpRequest) -> HttpResponse:
    """The two statements of a cast in the same durable transaction, with as many bytes, and nothing else."""
    digest = request.POST["digest"]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SPEND, [digest])
        cursor.execute(DROP_IN, [digest, BOX, GROUP, ENVELOPE, None, ""])
    return HttpResponse("recorded")


urlpatterns = [path("bench/hello/", hello), path("bench/bare/", bare), path("", include("config.urls"))]
