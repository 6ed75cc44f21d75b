"""Public addresses of the citizens' voice; the stable ones are listed in README.md."""

from django.urls import path, register_converter

from feedback.pages import answered_pages, case_pages, rating_pages, track_pages


class CaseToken:
    """An unguessable address: nothing else reaches the database."""

    regex = "[A-Za-z0-9_-]{16,32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CaseToken, "case_token")
app_name = "feedback"

urlpatterns = [
    path("gop-y/", case_pages.send, name="send"),
    path("gop-y/tra-ma/", case_pages.look_up, name="look-up"),
    path("gop-y/<case_token:token>/", track_pages.track, name="track"),
    path("gop-y/<case_token:token>/tep/<case_token:file_token>/", track_pages.case_file, name="file"),
    path("danh-gia/", rating_pages.find, name="rate-find"),
    path("danh-gia/<case_token:token>/", rating_pages.rate, name="rate"),
    path("hoi-dap/", answered_pages.published_list, name="answered"),
    path("hoi-dap/goi-y/", case_pages.suggest, name="suggest"),
    path("hoi-dap/<int:pk>/huu-ich/", answered_pages.helped, name="helped"),
    path("hoi-dap/<case_token:token>/", answered_pages.published, name="published"),
]
