"""The forms of a broadcast's acts; field names are the arguments of the acts."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from dossiers import typed as dates
from dossiers.admin.choices import put_blanks_into_words
from dossiers.models import Agency, Field, Procedure
from dossiers.scoping import agency_ids_of, scoped
from dossiers.workflow.moving import ActError
from zalo.admin.access import accounts_of
from zalo.broadcasts import article_targets, audience, template_rules
from zalo.models import Account, Broadcast
from zalo.people import area_wishes

MOST_CODES = 50
SHOWN_CHOICES = 400
LONG_AGO = 3650


class ActForm(forms.Form):
    """Base: knows its broadcast and who types."""

    def __init__(self, *args, row: Broadcast, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, self.user = row, user
        put_blanks_into_words(self)
        dress(self)

    def arguments(self) -> dict:
        """Return the keyword arguments for the act."""
        return self.cleaned_data


def dress(form: forms.Form) -> None:
    for field in form.fields.values():
        if not isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs.setdefault("class", "mc-input")


class NoteForm(ActForm):
    note = forms.CharField(label="Lý do", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RemarkForm(ActForm):
    note = forms.CharField(
        label="Nhận xét (nếu có)", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def typed_number() -> forms.CharField:
    return forms.CharField(
        label="Gõ lại số sẽ nhận (người và hộp thư)",
        max_length=12,
        required=False,
        help_text="Đọc ở cuối phần “Nếu gửi bây giờ”. Không cần khi ít người, trừ tin khẩn.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ApproveForm(ActForm):
    typed = typed_number()
    scheduled_at = dates.MomentField(label="Hẹn giờ gửi", required=False, help_text="Để trống là gửi ngay.")


class UrgentForm(ActForm):
    note = forms.CharField(
        label="Căn cứ gửi khẩn", max_length=250, help_text="Ai yêu cầu, theo văn bản hoặc điện thoại nào."
    )
    typed = typed_number()


class EditForm(ActForm):
    """What it says and whom it is for."""

    title = forms.CharField(label="Tiêu đề", max_length=150, error_messages={"required": "Ghi tiêu đề của tin."})
    text = forms.CharField(
        label="Nội dung",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Nhiều nhất 1.600 ký tự. Nói việc gì, từ lúc nào, ở đâu, cần làm gì.",
        error_messages={"required": "Viết nội dung của tin."},
    )
    link = forms.URLField(
        label="Liên kết",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="Thành nút “Xem chi tiết”. Bỏ trống nếu đăng cả trên trang: nút dẫn tới bài vừa đăng.",
        error_messages={"invalid": "Ghi địa chỉ đầy đủ, bắt đầu bằng https://."},
    )
    spoken = forms.CharField(
        label="Lời đọc loa",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Để trống thì dùng nội dung ở trên.",
    )
    way = forms.ChoiceField(label="Cách gửi", choices=Broadcast.Way.choices)
    on_site = forms.BooleanField(label="Đăng cả trên trang thông tin khi được duyệt", required=False)
    by_mail = forms.BooleanField(
        label="Gửi cả thư điện tử cho người đã đăng ký ở trang “Nhận tin”",
        required=False,
        help_text=(
            "Chỉ gửi thư, không gửi Zalo: đánh dấu ở đây và để trống “Ai nhận”. Không dùng cho lịch cúp điện, nhắc "
            "nhận kết quả: các tin đó chỉ cho người liên quan."
        ),
    )
    everyone = forms.BooleanField(label="Mọi người quan tâm kênh", required=False)
    agencies = forms.ModelMultipleChoiceField(
        label="Người đã làm việc với cơ quan", queryset=Agency.objects.none(), required=False
    )
    areas = forms.MultipleChoiceField(label="Người đăng ký nhận tin của xã, phường", required=False)
    fields_used = forms.ModelMultipleChoiceField(
        label="Có hồ sơ thuộc lĩnh vực", queryset=Field.objects.none(), required=False
    )
    procedures = forms.CharField(
        label="Có hồ sơ thủ tục (mã)",
        required=False,
        max_length=1000,
        help_text="Mã thủ tục, cách nhau bằng dấu phẩy, ví dụ 1.004441, 2.000635.",
    )
    since = dates.DayField(label="Quan tâm từ ngày", required=False)
    until = dates.DayField(label="Quan tâm đến hết ngày", required=False)
    uncollected = forms.IntegerField(
        label="Có kết quả chưa nhận quá (ngày)", required=False, min_value=1, max_value=LONG_AGO
    )
    ages = forms.MultipleChoiceField(label="Tuổi", required=False, choices=article_targets.age_choices)
    gender = forms.ChoiceField(
        label="Giới tính", required=False, choices=[("", "Nam và nữ"), *article_targets.GENDERS.items()]
    )
    cities = forms.MultipleChoiceField(
        label="Tỉnh, thành phố",
        required=False,
        choices=article_targets.city_choices,
        help_text="Tên tỉnh trước ngày 1/7/2025, như Zalo ghi trong hồ sơ người dùng.",
    )
    WORDS = ("title", "text", "link", "spoken", "way", "on_site", "by_mail")
    GROUPS = ("agencies", "areas", "fields_used", "procedures", "uncollected")
    PEOPLE = ("everyone", *GROUPS[:-1], "since", "until", GROUPS[-1])

    def __init__(self, *args, row: Broadcast, user, **kwargs):
        asked = row.audience or {}
        initial = {name: getattr(row, name) for name in self.WORDS}
        initial |= {name: asked.get(name) for name in ("everyone", "agencies", "areas", "uncollected")}
        initial |= {name: asked.get(name) for name in article_targets.NAMES}
        initial["gender"] = next(iter(asked.get("gender") or ()), "")
        initial |= {"fields_used": asked.get("fields")}
        for name in ("since", "until"):
            initial[name] = dates.day(asked[name]) if asked.get(name) else None
        if asked.get("procedures"):
            codes = Procedure.objects.filter(pk__in=asked["procedures"]).values_list("code", flat=True)
            initial["procedures"] = ", ".join(sorted(codes))
        super().__init__(*args, row=row, user=user, initial=initial, **kwargs)
        own = scoped(Agency.objects.filter(active=True).order_by("name"), user, "pk")
        fields: dict[str, Any] = self.fields
        fields["agencies"].queryset = own
        fields["areas"].choices = communes_for(user, row.account)
        fields["fields_used"].queryset = Field.objects.filter(procedures__isnull=False).distinct().order_by("name")
        for name in ("agencies", "areas", "fields_used", "ages", "cities"):
            self.fields[name].widget.attrs["size"] = 5

    @property
    def words(self) -> list:
        return [self[name] for name in self.WORDS]

    @property
    def people(self) -> list:
        return [self[name] for name in self.PEOPLE]

    @property
    def target(self) -> list:
        """What Zalo may narrow an article by."""
        return [self[name] for name in article_targets.NAMES]

    def clean_procedures(self) -> list[int]:
        codes = [each for each in re.split(r"[\s,;]+", self.cleaned_data["procedures"]) if each]
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(f"Nhiều nhất {MOST_CODES} thủ tục; hãy chọn theo lĩnh vực.")
        found = dict(Procedure.objects.filter(code__in=codes).values_list("code", "pk"))
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise forms.ValidationError(f"Không có thủ tục mã {', '.join(unknown[:5])}. Hãy chép đúng mã ở danh mục.")
        return [found[code] for code in codes]

    def clean(self):
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "Ngày cuối phải sau ngày đầu.")
        if data.get("everyone") and any(data.get(name) for name in self.GROUPS):
            self.add_error("everyone", "Đã chọn nhóm người nhận thì bỏ dấu ở đây, hoặc bỏ chọn các nhóm.")
        return data

    def arguments(self) -> dict:
        data = self.cleaned_data
        asked = {
            "everyone": bool(data["everyone"]),
            "agencies": sorted(each.pk for each in data["agencies"]),
            "areas": sorted(data["areas"]),
            "fields": sorted(each.pk for each in data["fields_used"]),
            "procedures": sorted(data["procedures"]),
            "since": data["since"].isoformat() if data["since"] else "",
            "until": data["until"].isoformat() if data["until"] else "",
            "uncollected": data["uncollected"] or 0,
            "ages": data["ages"],
            "gender": [data["gender"]] if data["gender"] else [],
            "cities": data["cities"],
        }
        # What a source wrote beside the conditions (which pack it came from) stays with it.
        kept = {name: value for name, value in (self.row.audience or {}).items() if name not in asked}
        said = {name: data[name] for name in self.WORDS}
        return {**said, "asked": kept | {name: value for name, value in asked.items() if value}}


def communes_for(user, account: Account) -> list[tuple[str, str]]:
    """Return the communes whose subscribers the user may tell: all for the keeper of the account, else the own."""
    known, allowed = area_wishes.communes(), agency_ids_of(user)
    if allowed is not None and account.keeper_id not in allowed:
        own = area_wishes.of_agencies(allowed)
        known = {key: name for key, name in known.items() if key in own}
    return sorted(known.items(), key=lambda pair: pair[1])[:SHOWN_CHOICES]


class NewForm(forms.Form):
    """A new broadcast: by which account, of which agency, of which kind, called what."""

    category = forms.ChoiceField(label="Loại", choices=Broadcast.Category.choices)
    account = forms.ModelChoiceField(
        label="Official Account",
        queryset=Account.objects.none(),
        error_messages={"required": "Chọn Official Account.", "invalid_choice": "Chọn kênh của bạn."},
    )
    agency = forms.ModelChoiceField(
        label="Cơ quan",
        queryset=Agency.objects.none(),
        error_messages={"required": "Chọn cơ quan.", "invalid_choice": "Chọn cơ quan của bạn."},
    )
    title = forms.CharField(label="Tiêu đề", max_length=150, error_messages={"required": "Ghi tiêu đề của tin."})

    def __init__(self, *args, user: Any, **kwargs):
        super().__init__(*args, **kwargs)
        accounts = accounts_of(user, timezone.localdate()).filter(is_active=True).order_by("name")
        own = scoped(Agency.objects.filter(active=True).order_by("name"), user, "pk")
        fields: dict[str, Any] = self.fields
        fields["account"].queryset, fields["agency"].queryset = accounts, own
        fields["account"].initial, fields["agency"].initial = accounts.first(), own.first()
        put_blanks_into_words(self)
        dress(self)

    def clean(self):
        data = super().clean()
        if data.get("account") and data.get("agency"):
            try:
                audience.check_speaks(data["account"], data["agency"])
            except ActError as error:
                self.add_error("account", str(error))
        return data


class TemplateForm(forms.Form):
    """A template an editor means to hand in at Zalo's."""

    title = forms.CharField(label="Tiêu đề", max_length=200, required=False)
    text = forms.CharField(
        label="Nội dung",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Tham số viết <ten_tham_so>.",
    )
    tag = forms.ChoiceField(
        label="Loại nội dung",
        required=False,
        choices=list(template_rules.TAGS.items()),
    )
    button = forms.CharField(label="Chữ trên nút", max_length=100, required=False)
    target = forms.CharField(label="Nút mở địa chỉ hoặc gọi số", max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)


FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "edit": EditForm,
    "approve": ApproveForm,
    "note": NoteForm,
    "remark": RemarkForm,
    "urgent": UrgentForm,
}
