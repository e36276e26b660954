from opora.registry.models.bodies import Body, BodyMember
from opora.registry.models.imports import Upload
from opora.registry.models.organisations import Alias, Organisation
from opora.registry.models.people import Person, Post

__all__ = ["Alias", "Body", "BodyMember", "Organisation", "Person", "Post", "Upload"]
