"""Giving a loading to be read in the background."""

from __future__ import annotations

from opora.assessments.models import LOADING_WORKFLOW, Loading
from opora.core.actor import Actor
from opora.core.models import Job
from opora.core.tasks import enqueue


def start_reading(loading: Loading, by: Actor) -> Job:
    """Read what waits of the loading. Called inside the transaction of an action."""
    from opora.assessments.actions.reading import read_loading

    version = loading.version + 1
    job = enqueue(
        read_loading,
        by=by,
        name=f"Чтение результатов «{loading}»",
        key=f"results.read:{loading.public_id}:{version}",
        url=loading.get_absolute_url(),
        loading=loading.public_id,
        version=version,
        reader=by.actor_id,
    )
    LOADING_WORKFLOW.move(loading, "read", version=version, job_id=job.public_id)
    return job
