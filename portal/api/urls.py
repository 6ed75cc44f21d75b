from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from portal.api.views import DossierView, EventsView

urlpatterns = [
    path("v1/dossiers/<str:code>", DossierView.as_view(), name="api-dossier"),
    path("v1/dossiers/<str:code>/events", EventsView.as_view(), name="api-dossier-events"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
]
