"""Shapes of API v1 (contract: README.md, "API")."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.intake.counter import PaperLine
from dossiers.intake.people import PersonData
from dossiers.models import Applicant, Channel, Dossier, DossierEvent, DossierResult
from dossiers.states import BEGINNINGS, NEEDS_REASONS, State
from portal.api.forgiving import TOO_MANY
from portal.api.problems import FieldProblem

OFFSET_NEEDED = "Ghi thời điểm theo ISO 8601 kèm múi giờ, ví dụ 2026-11-23T08:30:00+07:00."
YEARS = range(2000, 2201)
YEAR_WRONG = (
    f"Năm phải trong khoảng {YEARS[0]}–{YEARS[-1]}: kiểm tra ngày giờ của phần mềm gửi; chưa có ngày thì bỏ trường này."
)
FAR_YEAR = re.compile(r"\d{4}(?=-)")
PLUS_LOST = re.compile(r"(:\d\d(?:\.\d+)?) (?=\d\d:?\d\d$)")
OPTIONAL = {"required": False, "allow_blank": True, "allow_null": True, "default": ""}
"""For optional text. A contact has no longest length: an unusable one is left empty with a warning."""


BEGINNING_CHOICES = [(state.value, state.label) for state in BEGINNINGS]
MAPPED = "Mã riêng của phần mềm: nhờ quản trị cổng ghép ở “Mã của phần mềm khác”."
BEGINNING_WRONG = (
    f"“{{input}}” không gửi được ở đây: hồ sơ chỉ bắt đầu bằng {' hoặc '.join(BEGINNINGS)}, hoặc không ghi state; "
    f"bước sau đó gửi thành sự kiện (events). {MAPPED}"
)
STATE_WRONG = f"“{{input}}” không phải trạng thái: gửi một trong {', '.join(State.values)}. {MAPPED}"


class Moment(serializers.DateTimeField):
    """A zone-aware ISO 8601 moment; a naive one is refused, because nobody can know which hour it means."""

    def to_internal_value(self, value):
        text = str(value).strip()
        year = FAR_YEAR.match(text)
        if year and int(year[0]) not in YEARS:
            raise serializers.ValidationError(YEAR_WRONG)
        if not (text.endswith("Z") or "+" in text[10:] or "-" in text[10:]):
            raise serializers.ValidationError(OFFSET_NEEDED)
        try:
            moment = super().to_internal_value(value)
        except OverflowError as error:
            raise serializers.ValidationError(YEAR_WRONG) from error
        except serializers.ValidationError as error:
            raise serializers.ValidationError(OFFSET_NEEDED) from error
        if moment.year not in YEARS:
            raise serializers.ValidationError(YEAR_WRONG)
        return moment


class AskedMoment(Moment):
    """A moment in an address, where a plus that was not written as %2B arrives as a blank."""

    def to_internal_value(self, value):
        return super().to_internal_value(PLUS_LOST.sub(r"\1+", str(value).strip()))


class PersonSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(Applicant.Kind.choices, default=Applicant.Kind.PERSON, allow_null=True)
    full_name = serializers.CharField(max_length=255)
    id_number = serializers.CharField(**OPTIONAL)
    tax_code = serializers.CharField(**OPTIONAL)
    phone = serializers.CharField(**OPTIONAL)
    email = serializers.CharField(**OPTIONAL)
    address = serializers.CharField(**OPTIONAL)

    def to_internal_value(self, data):
        value = super().to_internal_value(data)
        number = value["tax_code"] if value["kind"] == Applicant.Kind.ENTERPRISE else value["id_number"]
        return PersonData(
            full_name=value["full_name"],
            kind=value["kind"],
            id_number=number or value["id_number"] or value["tax_code"],
            phone=value["phone"],
            email=value["email"],
            address=value["address"],
        )


class RepresentativeSerializer(serializers.Serializer):
    full_name = serializers.CharField(max_length=255)
    id_number = serializers.CharField(max_length=30, help_text="CCCD hoặc hộ chiếu", **OPTIONAL)
    position = serializers.CharField(max_length=120, **OPTIONAL)


class PaperSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=2000)
    originals = serializers.IntegerField(min_value=0, max_value=999, default=0, allow_null=True)
    copies = serializers.IntegerField(min_value=0, max_value=999, default=0, allow_null=True)

    def to_internal_value(self, data):
        if isinstance(data, str):
            data = {"name": data}
        return PaperLine(**super().to_internal_value(data))


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Hồ sơ đất đai nhận tại quầy",
            request_only=True,
            value={
                "procedure_code": "1.004441",
                "agency_code": "H80.05",
                "receipt_number": "BN-2026-00123",
                "applicant": {"kind": "person", "full_name": "Nguyễn Văn An", "phone": "0912345678"},
                "received_at": "2026-11-16T08:30:00+07:00",
                "due_at": "2026-11-23T17:00:00+07:00",
                "channel": "counter",
                "papers": [{"name": "Đơn đăng ký", "originals": 1}],
            },
        )
    ]
)
class DossierIn(serializers.Serializer):
    procedure_code = serializers.CharField(max_length=40)
    agency_code = serializers.CharField(max_length=35)
    receipt_number = serializers.CharField(max_length=60, **OPTIONAL)
    applicant = PersonSerializer()
    submitter = PersonSerializer(required=False, allow_null=True, default=None)
    representative = RepresentativeSerializer(
        required=False, allow_null=True, default=None, help_text="Người đại diện của tổ chức đứng tên hồ sơ"
    )
    received_at = Moment()
    due_at = Moment(required=False, allow_null=True, default=None)
    channel = serializers.ChoiceField(Channel.choices, default=Channel.COUNTER, allow_null=True)
    state = serializers.ChoiceField(
        BEGINNING_CHOICES,
        required=False,
        allow_null=True,
        default=None,
        error_messages={"invalid_choice": BEGINNING_WRONG},
        help_text="Hồ sơ mới: mặc định accepted. Hồ sơ đang chờ tiếp nhận chỉ được tiếp nhận khi ghi rõ accepted.",
    )
    papers = PaperSerializer(many=True, required=False, allow_null=True, default=list)

    def validate(self, data):
        acting = data.pop("representative", None)
        if acting is None:
            return data
        who = next(
            (
                name
                for name in ("applicant", "submitter")
                if data[name] and data[name].kind == Applicant.Kind.ENTERPRISE
            ),
            None,
        )
        if who is None:
            raise serializers.ValidationError(
                {"representative": "Chỉ tổ chức, doanh nghiệp mới có người đại diện: kiểm tra applicant.kind."}
            )
        data[who] = replace(
            data[who],
            representative=acting["full_name"],
            representative_id=acting["id_number"] or "",
            representative_position=acting["position"] or "",
        )
        return data

    def validate_papers(self, papers):
        if len(papers) > 200:
            raise serializers.ValidationError("Một hồ sơ có nhiều nhất 200 giấy tờ.", code=TOO_MANY)
        return papers


class ReasonSerializer(serializers.Serializer):
    paper = serializers.CharField(max_length=500, **OPTIONAL)
    what = serializers.CharField(max_length=2000)
    why = serializers.CharField(max_length=2000)
    sample = serializers.CharField(max_length=500, **OPTIONAL)
    where = serializers.CharField(max_length=500, **OPTIONAL)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Yêu cầu bổ sung",
            request_only=True,
            value={
                "id": "mc-88123",
                "state": State.SUPPLEMENT_REQUESTED.value,
                "at": "2026-11-18T14:05:00+07:00",
                "note": "Mời ông/bà bổ sung trong 5 ngày.",
                "unit": "dia-chinh",
                "reasons": [
                    {"paper": "Trích đo", "what": "Nộp bản có xác nhận", "why": "Bản đã nộp chưa có dấu xác nhận"}
                ],
            },
        )
    ]
)
class EventIn(serializers.Serializer):
    id = serializers.CharField(max_length=120)
    state = serializers.ChoiceField(State.choices, error_messages={"invalid_choice": STATE_WRONG})
    at = Moment()
    note = serializers.CharField(max_length=4000, **OPTIONAL)
    due_at = Moment(required=False, allow_null=True, default=None)
    unit = serializers.CharField(**OPTIONAL)
    reasons = ReasonSerializer(many=True, required=False, allow_null=True, default=list)

    def validate(self, data):
        if data["state"] in NEEDS_REASONS and not data["reasons"]:
            raise serializers.ValidationError(
                {"reasons": "Trạng thái này phải kèm từng lý do: cần làm gì (what) và vì sao (why)."}
            )
        return data


SHOWN_EVENT = {
    "id": "mc-88123",
    "kind": State.SUPPLEMENT_REQUESTED.value,
    "label": State.SUPPLEMENT_REQUESTED.label,
    "from_state": State.APPRAISING.value,
    "to_state": State.SUPPLEMENT_REQUESTED.value,
    "at": "2026-11-18T14:05:00+07:00",
    "note": "Mời ông/bà bổ sung trong 5 ngày.",
    "reasons": [{"paper": "Trích đo", "what": "Nộp bản có xác nhận", "why": "Bản đã nộp chưa có dấu xác nhận"}],
}


@extend_schema_serializer(examples=[OpenApiExample("Đã ghi yêu cầu bổ sung", response_only=True, value=SHOWN_EVENT)])
class EventOut(serializers.ModelSerializer):
    id = serializers.CharField(source="external_id")
    note = serializers.CharField(source="public_note")
    label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = DossierEvent
        fields = ["id", "kind", "label", "from_state", "to_state", "at", "note", "reasons"]


SHOWN_DOSSIER = {
    "code": "H80.05-20261116-0000042",
    "receipt_number": "BN-2026-00123",
    "procedure_code": "1.004441",
    "procedure_name": "Đăng ký biến động quyền sử dụng đất",
    "agency_code": "H80.05",
    "agency_name": "Trung tâm Phục vụ hành chính công xã Cần Giuộc",
    "channel": "counter",
    "state": State.APPRAISING.value,
    "state_label": State.APPRAISING.label,
    "national_code": State.APPRAISING.record.code,
    "received_at": "2026-11-16T08:30:00+07:00",
    "due_at": "2026-11-23T17:00:00+07:00",
    "promised_at": "2026-11-23T17:00:00+07:00",
    "finished_at": None,
    "returned_at": None,
    "result_number": "",
    "result_dated": None,
    "supplement_rounds": 0,
    "public_url": "https://dichvu.example.vn/h/8IdzFFj1z6RLGH2legH1aQ/",
    "updated_at": "2026-11-17T09:00:03+07:00",
    "events": [
        {
            "id": "mc-88101",
            "kind": State.APPRAISING.value,
            "label": State.APPRAISING.label,
            "from_state": State.ACCEPTED.value,
            "to_state": State.APPRAISING.value,
            "at": "2026-11-17T09:00:00+07:00",
            "note": "",
            "reasons": [],
        }
    ],
}


def _result(dossier: Dossier) -> DossierResult | None:
    """Return the result the dossier has; a draft is no result yet."""
    result: DossierResult | None = getattr(dossier, "result", None)
    return None if result is None or result.is_draft else result


@extend_schema_serializer(examples=[OpenApiExample("Hồ sơ đang thẩm định", response_only=True, value=SHOWN_DOSSIER)])
class DossierOut(serializers.ModelSerializer):
    procedure_code = serializers.CharField(source="procedure.code")
    agency_code = serializers.CharField(source="agency.code")
    state_label = serializers.CharField(source="get_state_display")
    result_number = serializers.SerializerMethodField(help_text="Trống khi chưa có kết quả hoặc không ghi số")
    result_dated = serializers.SerializerMethodField(help_text="Ngày ghi trên kết quả")
    public_url = serializers.SerializerMethodField()
    events = EventOut(many=True)

    class Meta:
        model = Dossier
        fields = [
            "code",
            "receipt_number",
            "procedure_code",
            "procedure_name",
            "agency_code",
            "agency_name",
            "channel",
            "state",
            "state_label",
            "national_code",
            "received_at",
            "due_at",
            "promised_at",
            "finished_at",
            "returned_at",
            "result_number",
            "result_dated",
            "supplement_rounds",
            "public_url",
            "updated_at",
            "events",
        ]

    def get_result_number(self, dossier: Dossier) -> str:
        result = _result(dossier)
        return result.number if result else ""

    def get_result_dated(self, dossier: Dossier) -> dt.date | None:
        result = _result(dossier)
        return result.dated if result else None

    def get_public_url(self, dossier: Dossier) -> str:
        from django.conf import settings

        return f"{settings.PUBLIC_BASE_URL}/h/{dossier.token}/"


SHOWN_WARNING = {
    "field": "applicant.phone",
    "detail": "Không dùng được nên để trống. Số di động phải có đúng 10 chữ số.",
}
SAVED_DOSSIER = SHOWN_DOSSIER | {"warnings": [SHOWN_WARNING]}
SAVED_EVENT = SHOWN_EVENT | {"warnings": []}


@extend_schema_serializer(examples=[OpenApiExample("Hồ sơ đã ghi", response_only=True, value=SAVED_DOSSIER)])
class DossierSaved(DossierOut):
    """The dossier after a PUT, with what of the sent content could not be used (`context["warnings"]`)."""

    warnings = serializers.SerializerMethodField()

    class Meta(DossierOut.Meta):
        fields = [*DossierOut.Meta.fields, "warnings"]

    @extend_schema_field(FieldProblem(many=True))
    def get_warnings(self, dossier: Dossier) -> list[dict[str, str]]:
        return self.context["warnings"]


@extend_schema_serializer(examples=[OpenApiExample("Sự kiện đã ghi", response_only=True, value=SAVED_EVENT)])
class EventSaved(EventOut):
    """The history row after a POST, with what of the report had no effect (`context["warnings"]`)."""

    warnings = serializers.SerializerMethodField()

    class Meta(EventOut.Meta):
        fields = [*EventOut.Meta.fields, "warnings"]

    @extend_schema_field(FieldProblem(many=True))
    def get_warnings(self, event: DossierEvent) -> list[dict[str, str]]:
        return self.context["warnings"]


def readable_code(text: str) -> str:
    """Return the code as stored: canonical when it has a known shape, else as sent (other systems have their own)."""
    text = text.strip()
    try:
        return normalise_code(text)
    except InvalidCode:
        return text
