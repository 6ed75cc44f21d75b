"""Addresses of filing online."""

from django.urls import path

from portal.pages import urls as _kinds_of_address  # noqa: F401  registers token and procedure_code
from portal.submission import pages, sent_pages

urlpatterns = [
    path("thu-tuc/<procedure_code:code>/nop-tai-day/", pages.start, name="filing-start"),
    path("nop/<token:token>/", pages.filing, name="filing"),
    path("nop/<token:token>/truong-hop/", pages.case_again, name="filing-case"),
    path("nop/<token:token>/nguoi-nop/", pages.people, name="filing-people"),
    path("nop/<token:token>/giay-to/", pages.papers, name="filing-papers"),
    path("nop/<token:token>/tep/<int:pk>/", pages.file, name="filing-file"),
    path("nop/<token:token>/kiem-tra/", pages.review, name="filing-review"),
    path("nop/<token:token>/xoa/", pages.throw_away, name="filing-erase"),
    path("nop/<token:token>/mo/", pages.unlock, name="filing-unlock"),
    path("nop/<token:token>/nguoi-khac/", sent_pages.another, name="filing-another"),
    path("nop/<token:token>/danh-sach/", sent_pages.people, name="filing-list"),
    path("nop/<token:token>/bo-sung/", sent_pages.supplement, name="filing-supplement"),
]
