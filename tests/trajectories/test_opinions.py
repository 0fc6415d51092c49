"""A text that only judges is told from one that tells something; nothing is refused for it."""

import pytest

from trajectories.opinions import sounds_like_opinion


@pytest.mark.parametrize(
    "text",
    [
        "Globalement, bonne ambiance.",
        "Je pense que l’équipe est motivée.",
        "Assez bien.",
        "L’équipe est plutôt bien impliquée",
        "À mon avis, ça va.",
        "Dans l’ensemble, la communication est bonne.",
        "IL ME SEMBLE QUE TOUT SE PASSE BIEN",
        "Nous trouvons que c’est positif.",
    ],
)
def test_text_that_only_judges_is_told(text):
    assert sounds_like_opinion(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mardi, deux bénévoles ont refait le planning sans attendre.",
        "Je pense au relais de 13 h, tenu trois jours sur cinq.",
        "Globalement, Monique s’en est chargée.",
        "La directrice dit que l’équipe va « bien ».",
        "On se parle mieux à deux qu’en réunion ; ce qui se dit au duo n’arrive pas toujours jusqu’au bureau.",
        "Bonne ambiance depuis que la balance fut déplacée près du portail et que les chariots attendent dehors.",
        "Le carnet existe.",
    ],
)
def test_text_that_tells_something_is_left_alone(text):
    assert not sounds_like_opinion(text)
