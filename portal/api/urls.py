"""The addresses of the API; what each does is said in portal.api.views and shown at /api/docs/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from portal.api.views import batch, dossiers, lists, statistics, subscriptions

urlpatterns = [
    path("v1/dossiers", lists.DossierListView.as_view(), name="api-dossiers"),
    path("v1/dossiers:batch", batch.BatchView.as_view(), name="api-dossiers-batch"),
    # Codes of old programs have strokes ("12/HS-2026"), sent as %2F.
    path("v1/dossiers/<path:code>/events", dossiers.EventsView.as_view(), name="api-dossier-events"),
    path("v1/dossiers/<path:code>", dossiers.DossierView.as_view(), name="api-dossier"),
    path("v1/procedures", lists.ProcedureListView.as_view(), name="api-procedures"),
    path("v1/procedures/<str:code>", lists.ProcedureView.as_view(), name="api-procedure"),
    path("v1/agencies", lists.AgencyListView.as_view(), name="api-agencies"),
    path("v1/statistics", statistics.StatisticsView.as_view(), name="api-statistics"),
    path("v1/subscriptions", subscriptions.SubscriptionListView.as_view(), name="api-subscriptions"),
    path("v1/subscriptions/<int:pk>", subscriptions.SubscriptionView.as_view(), name="api-subscription"),
    path("v1/subscriptions/<int:pk>/deliveries", subscriptions.DeliveryListView.as_view(), name="api-deliveries"),
    path("v1/subscriptions/<int:pk>/test", subscriptions.TestView.as_view(), name="api-subscription-test"),
    path("v1/subscriptions/<int:pk>/secret", subscriptions.SecretView.as_view(), name="api-subscription-secret"),
    path("v1/subscriptions/<int:pk>/replay", subscriptions.ReplayView.as_view(), name="api-subscription-replay"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
