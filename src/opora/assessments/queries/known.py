"""Is it loaded already?"""

from __future__ import annotations

from opora.assessments.models import LoadedFile, Loading, LoadingState, PartState


def already_loaded(loading: Loading, file: LoadedFile) -> Loading | None:
    """The taken loading that brought a file of these very bytes, where all it brought still counts."""
    twins = LoadedFile.objects.filter(
        sha256=file.sha256, loading__territory=loading.territory, loading__state=LoadingState.TAKEN
    )
    for twin in twins.exclude(loading=loading).select_related("loading").order_by("-pk"):
        if not twin.loading.parts.exclude(state=PartState.CURRENT).exists():
            return twin.loading
    return None
