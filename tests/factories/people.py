"""Persons, users and roles."""

from collections.abc import Mapping
from datetime import date

import factory
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts import terms
from accounts.models import Person, Role, RoleGrant, TermsAcceptance, User
from accounts.permissions import needs_second_factor

# What an application would hold.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    last_name = factory.Sequence(lambda n: f"Nom{n}")


class UserFactory(factory.django.DjangoModelFactory):
    """`roles=[Role.PRACTITIONER]` gives roles, and the second factor they ask for unless `roles__with_factor=False`;
    the password is unusable unless a test sets one."""

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
        if extracted and kwargs.get("with_factor", True) and needs_second_factor(self):
            give_factor(self)
        # Read afresh by whoever asks next.
        self.__dict__.pop("roles", None)

    @factory.post_generation
    def terms(self, create, extracted, **kwargs):
        """Accepted in their current version, unless `terms=False`; written plainly, for every test begins with a
        dozen people."""
        if extracted is not False:
            _acceptance(self).save()


def make_users(roles: Mapping[str, Role | None]) -> list[User]:
    """By address, what `UserFactory` makes of each with this role: a few statements for all of them, for nearly every
    test begins here."""
    people = Person.objects.bulk_create(PersonFactory.build_batch(len(roles)))
    users = User.objects.bulk_create(
        User(person=person, email=email, password="!") for person, email in zip(people, roles, strict=True)
    )
    TermsAcceptance.objects.bulk_create(_acceptance(user) for user in users)
    held = RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role, since=date(2020, 1, 1)) for user in users if (role := roles[user.email])
    )
    for grant in held:
        # Known without asking; read afresh by whoever asks next.
        vars(grant.user)["roles"] = frozenset({grant.role})
    Authenticator.objects.bulk_create(
        one for grant in held if needs_second_factor(grant.user) for one in _factor(grant.user)
    )
    for grant in held:
        del vars(grant.user)["roles"]
    return users


def _acceptance(user: User) -> TermsAcceptance:
    version = terms.current()
    return TermsAcceptance(user=user, number=version.number, digest=version.digest, accepted_at=timezone.now())


def give_factor(user: User) -> None:
    Authenticator.objects.bulk_create(_factor(user))


def _factor(user: User) -> list[Authenticator]:
    """An application, and recovery codes that were shown."""
    sealed = get_adapter().encrypt
    codes = {"seed": sealed("5eed" * 20), "used_mask": 0, "viewed_at": 1}
    return [
        Authenticator(user=user, type=Authenticator.Type.TOTP, data={"secret": sealed(SECRET)}),
        Authenticator(user=user, type=Authenticator.Type.RECOVERY_CODES, data=codes),
    ]
