"""Who a visitor of the demonstration may sign in as."""

from accounts.models import Role
from accounts.queries import DemoSignIn, demo_sign_ins
from tests.factories.people import PersonFactory, UserFactory


def test_demonstration_names_each_person_and_what_they_do(db, settings):
    settings.IS_DEMO = True
    claire, ines, nadia = (PersonFactory(first_name=name, last_name="") for name in ("Claire", "Inès", "Nadia"))
    UserFactory(person=claire, email="claire@essai.example", roles=[Role.COORDINATOR])
    UserFactory(person=ines, email="ines@essai.example", roles=[Role.PRACTITIONER, Role.MEMBER])
    UserFactory(person=nadia, email="nadia@essai.example")
    UserFactory(is_active=False)
    assert demo_sign_ins() == [
        DemoSignIn("Claire", "claire@essai.example", "Coordination"),
        DemoSignIn("Inès", "ines@essai.example", "Communauté, Accompagnement"),
        DemoSignIn("Nadia", "nadia@essai.example", "Dans une structure"),
    ]


def test_one_of_each_kind_comes_before_the_others_whoever_was_there_first(db, settings):
    settings.IS_DEMO = True
    for name in ("paul.anselme", "equipe", "direction.bois", "coordination", "formations"):
        UserFactory(email=f"{name}@demo.example")
    found = [one.email.partition("@")[0] for one in demo_sign_ins()]
    assert found == ["coordination", "equipe", "paul.anselme", "direction.bois", "formations"]


def test_outside_a_demonstration_nobody_is_named(db):
    UserFactory()
    assert demo_sign_ins() == []
