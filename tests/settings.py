"""The settings of the application, with what tests need to be fast and strict."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="opora-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["OPORA_DATA"] = _data

from opora.site.settings import *  # noqa: E402, F403  (the data folder has to be set before)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
