from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home_page.html")


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home_page.html")


def result_list(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home_page.html")


def unit_detail(request: HttpRequest, year: int, unit_code: str) -> HttpResponse:
    return render(request, "portal/home_page.html")


def cadre_detail(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    return render(request, "portal/home_page.html")


def cadre_photo(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    return render(request, "portal/home_page.html")


def meeting_detail(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    return render(request, "portal/home_page.html")


def publication_detail(request: HttpRequest, year: int, unit_code: str, code: str) -> HttpResponse:
    return render(request, "portal/home_page.html")
