"""API v1: the figures of a period, agency by agency, for boards of management (S1-36, S1-48).

In time means settled on or before the day first promised to the citizen, as on the leader's page (portal.desk.week);
days are counted in the centre's zone. What no day was ever promised for was settled neither in time nor late.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Channel, Dossier
from dossiers.states import FINAL
from feedback.models import Case
from feedback.states import Status
from portal.api.problems import described
from portal.api.scope import agency_ids
from portal.api.serializers import YEAR_WRONG, YEARS

LONGEST = 366  # days


class StatisticsAsked(serializers.Serializer):
    def get_fields(self):
        # "from" is a word of the language.
        first = serializers.DateField(help_text="Ngày đầu, ví dụ 2026-11-01")
        last = serializers.DateField(help_text=f"Ngày cuối, tính cả ngày này; nhiều nhất {LONGEST} ngày")
        agency = serializers.CharField(required=False, max_length=35, help_text="Mã một cơ quan của khóa")
        return {"from": first, "to": last, "agency": agency}

    def validate(self, data):
        first, last = data["from"], data["to"]
        for name in ("from", "to"):
            if data[name].year not in YEARS:
                raise serializers.ValidationError({name: YEAR_WRONG})
        if last < first:
            raise serializers.ValidationError({"to": "Ngày cuối phải từ ngày đầu trở đi."})
        if (last - first).days >= LONGEST:
            raise serializers.ValidationError({"to": f"Hỏi nhiều nhất {LONGEST} ngày một lần."})
        return data


class Figures(serializers.Serializer):
    agency_code = serializers.CharField()
    agency_name = serializers.CharField()
    received = serializers.IntegerField(help_text="Hồ sơ tiếp nhận trong kỳ")
    received_online = serializers.IntegerField()
    settled = serializers.IntegerField(help_text="Hồ sơ có kết quả hoặc kết thúc trong kỳ")
    settled_in_time = serializers.IntegerField(help_text="Không sau ngày hẹn đầu; hồ sơ không có ngày hẹn thì không kể")
    settled_late = serializers.IntegerField(help_text="Sau ngày hẹn đầu")
    open_now = serializers.IntegerField(help_text="Đang giải quyết lúc hỏi")
    overdue_now = serializers.IntegerField(help_text="Đang tính thời hạn và đã quá ngày hẹn trả lúc hỏi")
    cases_received = serializers.IntegerField(help_text="Ý kiến người dân gửi trong kỳ")
    cases_answered = serializers.IntegerField()


FIGURES = [name for name in Figures().fields if not name.startswith("agency_")]
SHOWN = {
    "agency_code": "H80.05",
    "agency_name": "Trung tâm Phục vụ hành chính công xã Cần Giuộc",
    **dict(zip(FIGURES, (320, 85, 301, 290, 11, 44, 2, 12, 10), strict=True)),
}
SHOWN_STATISTICS = {
    "from": "2026-11-01",
    "to": "2026-11-30",
    "at": "2026-12-01T07:00:00+07:00",
    "total": {name: SHOWN[name] for name in FIGURES},
    "agencies": [SHOWN],
}


class Total(Figures):
    def get_fields(self):
        return {name: field for name, field in super().get_fields().items() if name in FIGURES}


@extend_schema_serializer(
    examples=[OpenApiExample("Một tháng của một trung tâm", response_only=True, value=SHOWN_STATISTICS)]
)
class Statistics(serializers.Serializer):
    def get_fields(self):
        return {
            "from": serializers.DateField(),
            "to": serializers.DateField(),
            "at": serializers.DateTimeField(),
            "total": Total(),
            "agencies": Figures(many=True),
        }


class StatisticsView(APIView):
    """Figures of a period."""

    @extend_schema(
        parameters=[StatisticsAsked],
        responses={200: Statistics, **described(400, 401, 403, 429)},
        summary="Số liệu một kỳ, từng cơ quan: tiếp nhận, giải quyết, đúng hạn, ý kiến",
        tags=["Số liệu"],
    )
    def get(self, request):
        asked = StatisticsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        first, last = asked.validated_data["from"], asked.validated_data["to"]
        agencies = Agency.objects.filter(pk__in=agency_ids(request.auth)).order_by("code")
        code = asked.validated_data.get("agency", "")
        if code:
            agencies = agencies.filter(code=code)
            if not agencies:
                raise serializers.ValidationError({"agency": "Khóa này không đọc được cơ quan đó."})
        rows = figures(list(agencies), first, last, now=timezone.now())
        total = {name: sum(row[name] for row in rows) for name in FIGURES}
        said = {"from": first, "to": last, "at": timezone.now(), "total": total, "agencies": rows}
        return Response(Statistics(said).data)


def figures(agencies: list[Agency], first: dt.date, last: dt.date, *, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the figures of each agency for the days from `first` to `last`. Four queries."""
    begin = dt.datetime.combine(first, dt.time(), ZONE)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), ZONE)
    ids = [agency.pk for agency in agencies]
    rows: dict[int, dict[str, Any]] = {
        agency.pk: {"agency_code": agency.code, "agency_name": agency.name, **dict.fromkeys(FIGURES, 0)}
        for agency in agencies
    }
    dossiers = Dossier.objects.filter(agency_id__in=ids).order_by().values("agency_id")
    _add(
        rows,
        dossiers.filter(received_at__gte=begin, received_at__lt=end).annotate(
            received=Count("pk"), received_online=Count("pk", filter=Q(channel=Channel.ONLINE))
        ),
    )
    settled = dossiers.filter(finished_at__gte=begin, finished_at__lt=end).alias(
        settled_on=TruncDate("finished_at", tzinfo=ZONE), promised_on=TruncDate("promised_at", tzinfo=ZONE)
    )
    in_time, late = Q(settled_on__lte=F("promised_on")), Q(settled_on__gt=F("promised_on"))
    _add(
        rows,
        settled.annotate(
            settled=Count("pk"),
            settled_in_time=Count("pk", filter=in_time),
            settled_late=Count("pk", filter=late),
        ),
    )
    still_open = dossiers.exclude(state__in=FINAL).filter(finished_at=None)
    # As on the worklists: what is due today is not late, whatever the hour.
    today = dt.datetime.combine(now.astimezone(ZONE).date(), dt.time(), ZONE)
    overdue = Q(clock_open=True, due_at__lt=today)
    _add(rows, still_open.annotate(open_now=Count("pk"), overdue_now=Count("pk", filter=overdue)))
    cases = Case.objects.filter(agency_id__in=ids).exclude(status=Status.RESTRICTED).order_by().values("agency_id")
    sent, answered = Q(sent_at__gte=begin, sent_at__lt=end), Q(answered_at__gte=begin, answered_at__lt=end)
    _add(
        rows,
        cases.filter(sent | answered).annotate(
            cases_received=Count("pk", filter=sent), cases_answered=Count("pk", filter=answered)
        ),
    )
    return list(rows.values())


def _add(rows: dict[int, dict[str, Any]], counted) -> None:
    for found in counted:
        rows[found.pop("agency_id")].update(found)
