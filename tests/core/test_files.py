"""Stored files in a folder and in a store that speaks the S3 protocol."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from moto import mock_aws

from opora.core.files import on_disk
from opora.documents.models import Document
from opora.site.operations.backup import stored_files
from tests import factories

pytestmark = pytest.mark.django_db
LETTER = b"%PDF-1.7 \xd0\xbf\xd0\xb8\xd1\x81\xd1\x8c\xd0\xbc\xd0\xbe"


@pytest.fixture
def bucket(settings: LazySettings) -> Iterator[None]:
    """The default store in a bucket of a server that stands in this process."""
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="opora")
        options = {"bucket_name": "opora", "region_name": "us-east-1", "access_key": "a", "secret_key": "b"}
        store = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**options, "file_overwrite": False}}
        settings.STORAGES = {**settings.STORAGES, "default": store}
        default_storage._wrapped = storages["default"]
        yield
    default_storage._wrapped = storages["default"]


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> str:
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return str(request.param)


def test_a_document_is_kept_and_worked_on_wherever_files_are(store: str, region: factories.Region) -> None:
    document = Document.objects.create(organisation=region.authority, title="Письмо")
    document.file.storage = default_storage
    document.file.save("письмо.pdf", ContentFile(LETTER))
    with on_disk(document.file) as path:
        assert path.suffix == ".pdf"
        assert path.read_bytes() == LETTER
    assert document.file.name in list(stored_files())
    assert path.exists() is (store == "folder")  # the passing copy is gone
