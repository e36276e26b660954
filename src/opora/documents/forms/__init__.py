from opora.documents.forms.documents import (
    CopyForm,
    DocumentFilter,
    FactForm,
    ManualForm,
    Registered,
    ReplaceForm,
    SplitForm,
    UploadForm,
)

__all__ = [
    "CopyForm",
    "DocumentFilter",
    "FactForm",
    "ManualForm",
    "Registered",
    "ReplaceForm",
    "SplitForm",
    "UploadForm",
]
