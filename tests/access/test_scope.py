import pytest

from opora.access.roles import RoleCode
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from tests.factories import Region


def test_each_role_sees_the_directory_of_its_region_only(region: Region) -> None:
    for role in RoleCode.values:
        seen = Organisation.objects.visible(region.user(role))
        assert seen.count() == 10


@pytest.mark.parametrize(
    ("role", "count"),
    [
        ("regional_coordinator", 10),
        ("municipal_coordinator", 4),
        ("school_head", 1),
        ("administrator", 0),
        ("observer", 0),
    ],
)
def test_lists_reach_down_the_tree(region: Region, role: str, count: int) -> None:
    scope = region.user(role).scope(Permission.LISTS_VIEW)
    assert Organisation.objects.filter(scope.q()).count() == count
