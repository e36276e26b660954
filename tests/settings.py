"""The settings of the application, with what tests need to be fast and strict."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tests import migrated
from tests.postgresql import start_if_asked

_data = tempfile.mkdtemp(prefix="opora-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["OPORA_DATA"] = _data
start_if_asked()
migrated.share()

from opora.site.settings import *  # noqa: E402, F403  (the data folder and the database have to be set before)
from opora.site.settings import DATABASES  # noqa: E402

DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # test databases are dropped, which a pool would forbid
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir()  # noqa: F405  (whitenoise warns where there is none)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
