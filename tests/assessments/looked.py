"""Signs and clusters as if they had been worked out, for tests of the pages that show them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from opora.assessments.models import AreaLook, ClusterResult, Look, SchoolCluster, SchoolSigns
from opora.registry.models import Organisation

FALL = [True, 12, 1.61, 1.55, 0.82, 0.51, 0.95, 1.1]


def looked(
    areas: Sequence[Organisation], schools: Sequence[Organisation], year: int, reason: str = "Кластер «стабильная»."
) -> None:
    """Every school shows a fall of its cohort and is steady; the first area is the territory."""
    look = Look.objects.create(territory=areas[0], year=year, asked=1, done=1, done_at=timezone.now())
    SchoolSigns.objects.bulk_create(
        SchoolSigns(
            organisation=one, year=year, judged=2, shown=1, kinds=1, codes=" fall-mat ", figures={"fall-mat": FALL}
        )
        for one in schools
    )
    SchoolCluster.objects.bulk_create(
        SchoolCluster(
            organisation=one, year=year, cluster="steady", reason=reason, works=14, failed=3, share=0.2, index=0.5,
            known=0.6, parts={"low_income": 0.5}, missing=["доля детей с ОВЗ"],
        )
        for one in schools
    )  # fmt: skip
    counts = {"schools": len(schools), "judged": len(schools), "shown": len(schools)}
    signs = {"fall-mat": [len(schools)] * 2}
    AreaLook.objects.bulk_create(
        AreaLook(look=look, area=one, year=year, **counts, signs=signs, clusters={"steady": len(schools)})
        for one in areas
    )
    same = {"territory": areas[0], "year": year, "cluster": "steady", "schools": 5, "shares": [0.1, 0.2]}
    quartiles = {"lower": 0.1, "middle": 0.15, "upper": 0.2}
    ClusterResult.objects.create(**same, **quartiles, procedure="vpr", subject="mat", grade=5)
