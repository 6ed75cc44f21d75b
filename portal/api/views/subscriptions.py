"""API v1: where a program wants to be told of events, what was sent to it, and its secret."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from dossiers.models import DossierEvent
from portal.api.callbacks import acts, documents, sending
from portal.api.cursors import cursor_of, page_by_id
from portal.api.models import ApiClient, Delivery, Subscription
from portal.api.problems import described
from portal.api.views.lists import Asked

TAG = ["Nhận sự kiện"]
IN_PATH = OpenApiParameter("id", int, OpenApiParameter.PATH, description="Số của đăng ký")
ADDRESS = "https://ioc.example.vn/nhan-su-kien"
_KINDS_HELP = "Bỏ trống là mọi sự kiện khóa được biết. Gồm: " + ", ".join(
    f"{k} ({v})" for k, v in documents.KINDS.items()
)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Mọi diễn biến hồ sơ", request_only=True, value={"address": ADDRESS, "kinds": ["dossier.*"]})
    ]
)
class SubscriptionIn(serializers.Serializer):
    address = serializers.CharField(max_length=500, help_text="https, không phải máy nội bộ")
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, max_length=100, help_text=_KINDS_HELP
    )


SHOWN = {
    "id": 7,
    "address": ADDRESS,
    "kinds": ["dossier.*"],
    "state": "active",
    "state_label": "Đang gửi",
    "waiting": 0,
    "parked": 0,
    "last_delivered_at": "2026-11-17T09:00:08+07:00",
    "failing_since": None,
    "last_error": "",
    "created_at": "2026-11-16T08:00:00+07:00",
}


@extend_schema_serializer(examples=[OpenApiExample("Đang gửi", response_only=True, value=SHOWN)])
class SubscriptionOut(serializers.ModelSerializer):
    state_label = serializers.CharField(source="get_state_display")
    waiting = serializers.SerializerMethodField(help_text="Sự kiện chờ gửi")
    parked = serializers.SerializerMethodField(help_text="Sự kiện đã thôi gửi sau nhiều ngày")
    kinds = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Subscription
        fields = list(SHOWN)

    def get_waiting(self, row: Subscription) -> int:
        return row.deliveries.filter(state=Delivery.State.WAITING).count()

    def get_parked(self, row: Subscription) -> int:
        parked = row.deliveries.filter(state=Delivery.State.PARKED)
        return parked.exclude(stream=Delivery.Stream.TEST).count()


SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@extend_schema_serializer(
    examples=[OpenApiExample("Vừa đăng ký", response_only=True, value=SHOWN | {"secret": SECRET})]
)
class SubscriptionMade(SubscriptionOut):
    """The subscription with its secret, which is shown this once."""

    secret = serializers.CharField(help_text="Chỉ hiện khi vừa đăng ký; rỗng khi địa chỉ đã đăng ký từ trước")

    class Meta(SubscriptionOut.Meta):
        fields = [*SubscriptionOut.Meta.fields, "secret"]


@extend_schema_serializer(
    examples=[OpenApiExample("Các địa chỉ của khóa", response_only=True, value={"items": [SHOWN]})]
)
class SubscriptionList(serializers.Serializer):
    items = SubscriptionOut(many=True)


SHOWN_DELIVERY = {
    "id": 91,
    "message_id": "dossier-5012",
    "kind": DossierEvent.Kind.APPRAISING.value,
    "subject": "H80.05-20261116-0000042",
    "state": "done",
    "state_label": "Đã gửi",
    "attempts": 1,
    "status": 200,
    "error": "",
    "took_ms": 42,
    "noted_at": "2026-11-17T09:00:05+07:00",
    "next_at": "2026-11-17T09:00:05+07:00",
    "delivered_at": "2026-11-17T09:00:08+07:00",
}


@extend_schema_serializer(examples=[OpenApiExample("Đã tới", response_only=True, value=SHOWN_DELIVERY)])
class DeliveryOut(serializers.ModelSerializer):
    message_id = serializers.CharField(read_only=True)
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = Delivery
        fields = list(SHOWN_DELIVERY)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Nhật ký",
            response_only=True,
            value={"items": [SHOWN_DELIVERY], "next_cursor": cursor_of(91), "more": False},
        )
    ]
)
class DeliveryPage(serializers.Serializer):
    items = DeliveryOut(many=True)
    next_cursor = serializers.CharField(allow_blank=True)
    more = serializers.BooleanField()


class DeliveriesAsked(Asked):
    state = serializers.ChoiceField(Delivery.State.choices, required=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Khóa mới", response_only=True, value={"secret": SECRET, "old_secret_until": "2026-11-24T09:00:00+07:00"}
        )
    ]
)
class SecretOut(serializers.Serializer):
    secret = serializers.CharField()
    old_secret_until = serializers.DateTimeField(help_text="Đến lúc này mỗi sự kiện mang hai chữ ký")


@extend_schema_serializer(
    examples=[OpenApiExample("Gửi lại mọi sự kiện đã thôi gửi", request_only=True, value={"message_ids": []})]
)
class ReplayIn(serializers.Serializer):
    message_ids = serializers.ListField(
        child=serializers.RegexField(
            r"^(dossier|case)-[0-9]{1,18}$",
            error_messages={"invalid": "Ghi id của sự kiện như đã nhận, ví dụ dossier-5012."},
        ),
        required=False,
        default=list,
        max_length=1000,
        help_text="Ví dụ dossier-5012. Bỏ trống là mọi sự kiện đã thôi gửi.",
    )


@extend_schema_serializer(examples=[OpenApiExample("Sẽ gửi lại", response_only=True, value={"queued": 3})])
class ReplayOut(serializers.Serializer):
    queued = serializers.IntegerField()


class _Told(APIView):
    """What the keys that may be told of events share."""

    scopes = (ApiClient.Scope.WRITE, ApiClient.Scope.TELL)

    def own(self, pk: int) -> Subscription:
        """Return the key's subscription; 404 for another key's, even of the same agency."""
        found = Subscription.objects.select_related("client").filter(client=self.request.auth, pk=pk).first()
        if found is None:
            raise Http404
        return found


class SubscriptionListView(_Told):
    """The addresses of the key."""

    @extend_schema(
        operation_id="subscriptions_list",
        responses={200: SubscriptionList, **described(401, 403, 429)},
        summary="Các địa chỉ đã đăng ký",
        tags=TAG,
    )
    def get(self, request):
        return Response(SubscriptionList({"items": request.auth.subscriptions.all()}).data)

    @extend_schema(
        request=SubscriptionIn,
        responses={200: SubscriptionMade, 201: SubscriptionMade, **described(400, 401, 403, 415, 429)},
        summary="Đăng ký một địa chỉ nhận sự kiện (đăng ký lại cùng địa chỉ không tạo thêm)",
        tags=TAG,
    )
    def post(self, request):
        form = SubscriptionIn(data=request.data)
        form.is_valid(raise_exception=True)
        before = set(request.auth.subscriptions.values_list("pk", flat=True))
        try:
            made = acts.register(request.auth, form.validated_data["address"], form.validated_data["kinds"])
        except acts.Refused as error:
            raise ValidationError({error.field: str(error)}) from error
        new = made.pk not in before
        if not new:
            made.secret = ""
        return Response(SubscriptionMade(made).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class SubscriptionView(_Told):
    """One address."""

    @extend_schema(
        parameters=[IN_PATH],
        responses={200: SubscriptionOut, **described(401, 403, 404, 429)},
        summary="Một đăng ký và tình trạng gửi",
        tags=TAG,
    )
    def get(self, request, pk: int):
        return Response(SubscriptionOut(self.own(pk)).data)

    @extend_schema(
        parameters=[IN_PATH],
        responses={204: OpenApiResponse(description="Đã bỏ"), **described(401, 403, 404, 429)},
        summary="Bỏ đăng ký cùng nhật ký của nó",
        tags=TAG,
    )
    def delete(self, request, pk: int):
        self.own(pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveryListView(_Told):
    """The log of one address, newest first."""

    @extend_schema(
        parameters=[IN_PATH, DeliveriesAsked],
        responses={200: DeliveryPage, **described(400, 401, 403, 404, 429)},
        summary="Nhật ký gửi, mới nhất trước",
        tags=TAG,
    )
    def get(self, request, pk: int):
        asked = DeliveriesAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = self.own(pk).deliveries.all()
        if asked.validated_data.get("state"):
            rows = rows.filter(state=asked.validated_data["state"])
        return Response(DeliveryPage(page_by_id(rows, asked.validated_data, newest_first=True)).data)


class TestView(_Told):
    """A test at once."""

    @extend_schema(
        parameters=[IN_PATH],
        request=None,
        responses={200: DeliveryOut, **described(401, 403, 404, 429)},
        summary="Gửi thử ngay và xem máy nhận trả lời gì",
        tags=TAG,
    )
    def post(self, request, pk: int):
        return Response(DeliveryOut(sending.try_now(self.own(pk))).data)


class SecretView(_Told):
    """Another secret, with an overlap."""

    @extend_schema(
        parameters=[IN_PATH],
        request=None,
        responses={200: SecretOut, **described(401, 403, 404, 429)},
        summary="Đổi khóa ký; khóa cũ còn ký thêm bảy ngày",
        tags=TAG,
    )
    def post(self, request, pk: int):
        row = self.own(pk)
        secret = acts.change_secret(row, now=timezone.now())
        return Response(SecretOut({"secret": secret, "old_secret_until": row.old_secret_until}).data)


class ReplayView(_Told):
    """Sending again."""

    @extend_schema(
        parameters=[IN_PATH],
        request=ReplayIn,
        responses={200: ReplayOut, **described(400, 401, 403, 404, 415, 429)},
        summary="Gửi lại: sự kiện nêu tên, hoặc mọi sự kiện đã thôi gửi",
        tags=TAG,
    )
    def post(self, request, pk: int):
        row = self.own(pk)
        form = ReplayIn(data=request.data)
        form.is_valid(raise_exception=True)
        named = form.validated_data["message_ids"]
        return Response({"queued": acts.send_again(row, named or None, now=timezone.now())})
