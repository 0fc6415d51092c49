"""Persons, users and roles."""

from datetime import date

import factory

from accounts import terms
from accounts.models import Person, Role, RoleGrant, User
from accounts.operations import accept_terms


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    last_name = factory.Sequence(lambda n: f"Nom{n}")


class UserFactory(factory.django.DjangoModelFactory):
    """`roles=[Role.PRACTITIONER]` gives roles; the password is unusable unless a test sets one."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    email = factory.Sequence(lambda n: f"personne{n}@essai.example")
    password = "!"

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        for role in extracted or []:
            RoleGrant.objects.create(user=self, role=Role(role), since=date(2020, 1, 1))

    @factory.post_generation
    def terms(self, create, extracted, **kwargs):
        """Accepted in their current version, unless `terms=False`."""
        if extracted is not False:
            accept_terms(by=self, number=terms.current().number)
