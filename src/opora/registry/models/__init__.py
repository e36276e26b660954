from opora.registry.models.bodies import Body, BodyMember
from opora.registry.models.imports import Upload
from opora.registry.models.organisations import Alias, Organisation
from opora.registry.models.people import Person, Post
from opora.registry.models.words import OrganisationWord, PersonWord

__all__ = ["Alias", "Body", "BodyMember", "Organisation", "OrganisationWord", "Person", "PersonWord", "Post", "Upload"]
