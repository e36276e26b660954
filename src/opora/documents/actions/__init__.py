"""What can be done with documents. Every action asks for its right and is journalled."""

from opora.documents.actions.approving import approve, has_content, open_questions, restore, withdraw
from opora.documents.actions.correcting import (
    add_fact,
    correct,
    remove_fact,
    restore_fact,
    set_confidential,
    set_document_fields,
)
from opora.documents.actions.filling import fill
from opora.documents.actions.reading import read_again
from opora.documents.actions.rows import merge, move, split
from opora.documents.actions.uploading import copy_of, create_by_hand, replace_file, upload

__all__ = [
    "add_fact",
    "approve",
    "copy_of",
    "correct",
    "create_by_hand",
    "fill",
    "has_content",
    "merge",
    "move",
    "open_questions",
    "read_again",
    "remove_fact",
    "replace_file",
    "restore",
    "restore_fact",
    "set_confidential",
    "set_document_fields",
    "split",
    "upload",
    "withdraw",
]
