"""The forms of a filing: where and for whom, the people, how the result is wanted; each fault with what to do."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.identity_numbers import last_digits_match
from dossiers.intake import people
from dossiers.intake.people import FACTS, PersonData, PersonError
from dossiers.models import Agency, Applicant, ProcedureCase
from dossiers.typed import DayField
from feedback.cases import refusals
from portal.submission.models import Filing

WHO = [
    ("self", _("Cho chính tôi"), _("Tôi là chủ hồ sơ.")),
    ("other", _("Thay một người khác"), _("Cha mẹ, con, người tôi giám hộ, người ủy quyền cho tôi.")),
    ("firm", _("Cho tổ chức, doanh nghiệp"), _("Tôi là người đại diện hoặc người làm được giao.")),
]
RESULTS = [
    (Filing.Result.COUNTER, _("Nhận tại quầy")),
    (Filing.Result.POST, _("Nhận qua bưu điện")),
    (Filing.Result.FILE, _("Nhận bản điện tử, nếu thủ tục trả bản điện tử")),
]
RELATIONS = [
    ("", _("Chọn quan hệ")),
    (Filing.Relation.FAMILY, _("Vợ, chồng, cha, mẹ, con")),
    (Filing.Relation.GUARDIAN, _("Người giám hộ")),
    (Filing.Relation.MANDATE, _("Người được ủy quyền")),
    (Filing.Relation.STAFF, _("Người làm của tổ chức")),
]
LONGEST_YEARS = 3
REQUIRED = {"required": _("Hãy chọn một mục."), "invalid_choice": _("Hãy chọn một mục trong danh sách.")}


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, row) -> str:
        return row.name


class StartForm(forms.Form):
    """Where it is filed, which case it is, for whom."""

    agency = PlaceChoice(
        Agency.objects.none(),
        to_field_name="code",
        label=_("Nơi nhận hồ sơ"),
        empty_label=None,
        error_messages=REQUIRED,
    )
    case = PlaceChoice(
        ProcedureCase.objects.none(),
        label=_("Trường hợp của bạn"),
        required=False,
        empty_label=None,
        error_messages=REQUIRED,
    )
    who = forms.ChoiceField(choices=[(key, label) for key, label, _hint in WHO], error_messages=REQUIRED)

    def __init__(self, *args, agencies, cases, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=[each.pk for each in agencies])
        self.fields["case"].queryset = cases
        self.fields["case"].required = cases.exists()


class CaseForm(forms.Form):
    """Which case it is, asked anew."""

    case = PlaceChoice(
        ProcedureCase.objects.none(), label=_("Trường hợp của bạn"), empty_label=None, error_messages=REQUIRED
    )

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = cases


def _text(label, most: int = 255, **attrs) -> forms.CharField:
    box = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=False, max_length=most, widget=box)


class PeopleForm(forms.Form):
    """Who files, for whom and by what right, how the result is wanted. `who` decides which fields there are."""

    full_name = _text(_("Họ và tên"), autocomplete="name")
    id_number = _text(_("Số CCCD, định danh cá nhân"), 40, inputmode="numeric")
    phone = _text(_("Số điện thoại"), 20, type="tel", autocomplete="tel")
    email = _text(_("Thư điện tử"), 254, type="email", autocomplete="email")
    address = _text(_("Địa chỉ"), 500, autocomplete="street-address")
    representative = _text(_("Người đại diện"))
    representative_id = _text(_("Số CCCD của người đại diện"), 40, inputmode="numeric")
    representative_position = _text(_("Chức vụ"), 120)
    owner_full_name = _text(_("Họ và tên chủ hồ sơ, hoặc tên tổ chức"))
    owner_id_number = _text(_("Số CCCD, định danh hoặc mã số thuế của chủ hồ sơ"), 40, inputmode="numeric")
    owner_phone = _text(_("Số điện thoại của chủ hồ sơ"), 20, type="tel")
    owner_address = _text(_("Địa chỉ của chủ hồ sơ"), 500)
    relation = forms.ChoiceField(label=_("Bạn là gì của chủ hồ sơ?"), choices=RELATIONS, required=False)
    mandate = _text(_("Giấy ủy quyền, quyết định giao việc: số, ngày, nơi chứng thực"), 300)
    until = DayField(label=_("Nộp thay đến hết ngày"), required=False)
    consent = forms.BooleanField(label=_("Đồng ý của chủ hồ sơ"), required=False)
    content = forms.CharField(
        label=_("Nội dung yêu cầu"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    result = forms.ChoiceField(choices=RESULTS, error_messages=REQUIRED)
    post_address = _text(_("Địa chỉ nhận qua bưu điện"), 250)

    SUBMITTER = ("full_name", "id_number", "phone", "email", "address")
    FIRM = ("representative", "representative_id", "representative_position")
    OWNER = ("owner_full_name", "owner_id_number", "owner_phone", "owner_address")
    ACTING = (*OWNER, "relation", "mandate", "until", "consent")

    def __init__(self, *args, who: str, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.who, self.today = who, today
        for name in (*(() if who == "firm" else self.FIRM), *(() if who == "other" else self.ACTING)):
            del self.fields[name]
        if who == "firm":
            self.fields["full_name"].label = _("Tên tổ chức, doanh nghiệp")
            self.fields["id_number"].label = _("Mã số thuế")
            self.fields["full_name"].widget.attrs["autocomplete"] = "organization"
        for name, field in self.fields.items():
            field.widget.attrs["id"] = f"o-{name}"

    def clean(self) -> dict:
        super().clean()
        values = self.cleaned_data
        submitter = self._checked("", self._person(values, ""))
        if not values.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Ghi số điện thoại để nhận mã hồ sơ và các thông báo."))
        if not values.get("id_number") and "id_number" not in self.errors:
            self.add_error("id_number", _("Ghi số này: cơ quan cần để biết ai nộp."))
        if self.who == "other":
            self._check_acting(values, submitter)
        if values.get("result") == Filing.Result.POST and not values.get("post_address"):
            self.add_error("post_address", _("Ghi địa chỉ nhận qua bưu điện."))
        return values

    def _check_acting(self, values: dict, submitter: PersonData | None) -> None:
        owner = self._checked("owner_", self._person(values, "owner_"))
        if submitter and owner and owner.id_number and owner.id_number == submitter.id_number:
            self.add_error("owner_id_number", _("Số này trùng số của bạn. Nếu bạn nộp cho mình, hãy đổi lại ở bước 1."))
        if not values.get("owner_id_number") and "owner_id_number" not in self.errors:
            self.add_error("owner_id_number", _("Ghi số này: cơ quan cần để biết hồ sơ của ai."))
        if not values.get("relation"):
            self.add_error("relation", _("Hãy chọn bạn là gì của chủ hồ sơ."))
        if values.get("relation") in {Filing.Relation.MANDATE, Filing.Relation.STAFF} and not values.get("mandate"):
            self.add_error("mandate", _("Ghi giấy tờ cho phép bạn nộp thay, và tải ảnh giấy đó lên ở bước sau."))
        until = values.get("until")
        if until is None and "until" not in self.errors:
            self.add_error("until", _("Ghi ngày hết hạn nộp thay, ví dụ 30/11/2027."))
        elif until and not self.today <= until <= self.today + dt.timedelta(days=366 * LONGEST_YEARS):
            self.add_error("until", _("Ngày này phải từ hôm nay đến ba năm nữa."))
        if not values.get("consent"):
            self.add_error("consent", _("Chỉ nộp thay khi chủ hồ sơ đồng ý. Hãy đánh dấu nếu họ đã đồng ý."))

    def _person(self, values: dict, prefix: str) -> PersonData:
        firm = self.who == "firm" and not prefix
        kind = Applicant.Kind.ENTERPRISE if firm else Applicant.Kind.PERSON
        facts = {name: str(values.get(f"{prefix}{name}") or "") for name in FACTS if name != "kind"}
        return PersonData(kind=kind, **facts)

    def _checked(self, prefix: str, person: PersonData) -> PersonData | None:
        try:
            return people.checked(person)
        except PersonError as wrong:
            for name, sentence in wrong.errors.items():
                field = f"{prefix}{name}"
                self.add_error(field if field in self.fields else None, refusals.said(sentence))
            return None

    def kept(self) -> dict:
        """Return what was typed, as the draft keeps it; whatever is wrong in it stays as typed."""
        data = self.data
        typed = {name: str(data.get(name, "")).strip()[:600] for name in self.fields}
        submitter = {name: typed.get(name, "") for name in FACTS}
        submitter["kind"] = Applicant.Kind.ENTERPRISE if self.who == "firm" else Applicant.Kind.PERSON
        owner = {name: typed.get(f"owner_{name}", "") for name in FACTS}
        rest = {name: typed.get(name, "") for name in ("relation", "mandate", "until", "content", "result")}
        return {
            "submitter": submitter,
            "owner": owner if self.who == "other" else {},
            "post_address": typed.get("post_address", ""),
            "consent": bool(typed.get("consent")),
            **rest,
        }


def first_values(data: dict) -> dict:
    """Return what the people page shows of a draft."""
    owner = {f"owner_{name}": value for name, value in data.get("owner", {}).items()}
    plain = ("relation", "mandate", "until", "content", "post_address", "consent")
    rest = {name: data.get(name, "") for name in plain}
    return {**data.get("submitter", {}), **owner, **rest, "result": data.get("result") or Filing.Result.COUNTER}


def opens(data: dict, last4: str) -> bool:
    """Tell whether these four digits end the phone that was typed into the draft, or its identity number."""
    known = data.get("submitter", {})
    return any(last_digits_match(known.get(name, ""), last4) for name in ("phone", "id_number"))
