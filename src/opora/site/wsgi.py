"""The WSGI application of `opora serve`."""

import os

from django.core.wsgi import get_wsgi_application

from opora.site.loading import load

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opora.site.settings")
application = get_wsgi_application()
load()
