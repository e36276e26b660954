"""The WSGI application of `opora serve`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opora.site.settings")
application = get_wsgi_application()

# What every request needs is loaded before the first one, and no longer searched for garbage: one request in a score
# would wait for that as long again as its page takes.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
