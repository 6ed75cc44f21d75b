"""The WSGI application of the webhook measurement, with whatever settings the environment names."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
