"""First steps: a few short screens for each way of being here, to be resumed, skipped and found again."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import FirstSteps, Role, User
from accounts.operations import record_first_step
from accounts.requests import SignedInRequest
from structures.models import ties_of


@dataclass(frozen=True)
class Screen:
    """One idea, and the page where one may try it at once."""

    title: str
    text: tuple[str, ...]
    link: tuple[str, str]


@dataclass(frozen=True)
class Path:
    """The screens of one way of being here."""

    slug: str
    title: str
    screens: tuple[Screen, ...]


@dataclass(frozen=True)
class Progress:
    """Where somebody stands on a path: the screen to show next, and whether they are done with it."""

    path: Path
    step: int
    is_over: bool

    @property
    def is_begun(self) -> bool:
        return self.step > 1


_WHO_READS = Screen(
    "Qui lit ce que vous écrivez",
    (
        "Chaque texte a un cercle, dit à l’endroit où l’on écrit. Il s’élargit seulement si vous le décidez.",
        "La coordination voit les fiches, les dates et les chiffres, pas les textes. Rien ici ne note ni ne classe.",
    ),
    ("Qui voit quoi", "who_sees_what"),
)
PATHS = {
    path.slug: path
    for path in (
        Path(
            "accompagner",
            "Accompagner des structures",
            (
                Screen(
                    "Vos structures, et la prochaine rencontre",
                    (
                        "L’accueil montre les structures que l’on vous a confiées, ce qui y est promis et quand vous "
                        "les revoyez.",
                        "Une structure n’apparaît pas ? C’est la coordination qui dit qui l’accompagne.",
                    ),
                    ("Voir mon accueil", "home"),
                ),
                Screen(
                    "Noter une intervention en sortant",
                    (
                        "Une date, une durée, avec qui, ce qui a été décidé : trois minutes suffisent, depuis le "
                        "téléphone. Le reste peut attendre.",
                        "Ce que vous tapez n’est pas perdu si le réseau coupe : la page vous le rend.",
                    ),
                    ("Noter une intervention", "intervention_new"),
                ),
                Screen(
                    "Un journal pour vous",
                    (
                        "Ce que vous ressentez, ce que vous croyez comprendre : le journal n’est lu que par vous. "
                        "Aucun rôle n’y donne accès.",
                    ),
                    ("Ouvrir mon journal", "journal"),
                ),
                _WHO_READS,
            ),
        ),
        Path(
            "coordonner",
            "Coordonner le réseau",
            (
                Screen(
                    "Ce qui attend un appel",
                    (
                        "Les demandes venues de la page publique, les structures sans nouvelles, celles dont personne "
                        "ne répond : la page de la coordination les rassemble.",
                    ),
                    ("Voir mon accueil", "home"),
                ),
                Screen(
                    "Inviter, donner un rôle",
                    (
                        "On n’ouvre pas de compte seul : vous invitez, et l’invitation vaut sept jours. Un rôle peut "
                        "prendre fin du jour au lendemain, et la personne en est prévenue.",
                    ),
                    ("Les personnes du réseau", "people"),
                ),
                Screen(
                    "Vous voyez les fiches, pas les textes",
                    (
                        "Ce qui s’écrit dans une structure appartient à ses personnes et à qui les accompagne. C’est "
                        "à ce prix que l’on y écrit ce qui se passe vraiment.",
                    ),
                    ("Qui voit quoi", "who_sees_what"),
                ),
            ),
        ),
        Path(
            "diriger",
            "Diriger une structure en chemin",
            (
                Screen(
                    "Une page pour s’y retrouver",
                    (
                        "D’où vous êtes partis, ce que vous avez essayé, ce que vous en avez appris, ce qui vient : la "
                        "page de votre trajectoire le raconte avec vos mots.",
                    ),
                    ("Voir mon accueil", "home"),
                ),
                Screen(
                    "Plusieurs regards, sans note",
                    (
                        "Une lecture dit ce que voit un point de vue, un jour, faits à l’appui. Chacun écrit la sienne "
                        "sans connaître celle des autres ; l’écart entre elles est ce dont on parle.",
                    ),
                    ("Les mots employés ici", "glossary"),
                ),
                Screen(
                    "Votre équipe y a sa place",
                    (
                        "Vous pouvez inviter les personnes de la structure, ou leur passer un lien pour demander à la "
                        "rejoindre. Ce qui se dit dans un espace d’échange reste à celles et ceux qui y étaient.",
                    ),
                    ("Ma structure", "structures"),
                ),
                _WHO_READS,
            ),
        ),
        Path(
            "participer",
            "Prendre part à la vie d’une structure",
            (
                Screen(
                    "Où en est la structure",
                    ("Vous voyez sa trajectoire, ce qui s’essaie, et les prochains pas dont vous vous êtes chargé·e.",),
                    ("Voir mon accueil", "home"),
                ),
                Screen(
                    "Votre point de vue compte",
                    (
                        "L’équipe peut écrire sa propre lecture, à côté de celle de la direction. Ni l’une ni l’autre "
                        "n’a raison : c’est de l’écart que l’on parle.",
                    ),
                    ("Les mots employés ici", "glossary"),
                ),
                _WHO_READS,
            ),
        ),
        Path(
            "former",
            "Préparer et mener des formations",
            (
                Screen(
                    "Un catalogue, des sessions",
                    (
                        "Une formation dit ce que l’on vise et pour qui ; une session dit quand et où. Les places et "
                        "la liste d’attente se tiennent seules.",
                    ),
                    ("Formations et rencontres", "trainings"),
                ),
                Screen(
                    "Les présences",
                    (
                        "Elles se notent demi-journée par demi-journée, pendant la session ou juste après. Vous voyez "
                        "qui vient à vos sessions, et seulement à elles.",
                    ),
                    ("Mon agenda", "agenda"),
                ),
                Screen(
                    "Et la communauté",
                    ("Vous en faites partie : les retours d’expérience et les débats vous sont ouverts.",),
                    ("La communauté", "community"),
                ),
            ),
        ),
        Path(
            "debattre",
            "Prendre part à la communauté",
            (
                Screen(
                    "Des retours d’expérience",
                    (
                        "Chacun raconte une situation vécue, ce qui a été tenté, ce que cela a produit. La structure "
                        "n’y est pas nommée, et un contrôle vous signale ce qui la ferait reconnaître.",
                    ),
                    ("La communauté", "community"),
                ),
                Screen(
                    "Répondre par une expérience voisine, ou un désaccord argumenté",
                    (
                        "Pas de « j’aime » : on répond en apportant quelque chose. Un texte peut toujours être "
                        "retiré par la personne qui l’a écrit.",
                    ),
                    ("La communauté", "community"),
                ),
                Screen(
                    "Des fiches tenues à plusieurs",
                    ("Outils, concepts, méthodes : chacun les récrit à l’usage, et les versions se gardent.",),
                    ("Outils, concepts, méthodes", "resources"),
                ),
            ),
        ),
    )
}


def paths_of(user: User) -> list[Path]:
    """Those of all that one is here, and no other."""
    ties = ties_of(user)
    held = {
        "coordonner": Role.COORDINATOR in user.roles,
        "accompagner": Role.PRACTITIONER in user.roles,
        "diriger": bool(ties.directed),
        "participer": bool(ties.joined - ties.directed),
        "former": Role.TRAINER in user.roles,
        # Whoever accompanies or trains finds the community on their own path.
        "debattre": Role.MEMBER in user.roles,
    }
    return [PATHS[slug] for slug, concerned in held.items() if concerned]


def progress_of(user: User) -> list[Progress]:
    kept = {one.path: one for one in FirstSteps.objects.filter(user=user)}
    return [_progress(path, kept.get(path.slug)) for path in paths_of(user)]


def _progress(path: Path, kept: FirstSteps | None) -> Progress:
    if kept is None:
        return Progress(path, 1, False)
    return Progress(path, min(kept.step, len(path.screens)), kept.is_over)


def proposed(user: User) -> Iterator[Progress]:
    """What the home page proposes: the paths neither finished nor skipped."""
    return (one for one in progress_of(user) if not one.is_over)


@require_safe
def first_steps(request: SignedInRequest) -> HttpResponse:
    return render(request, "pages/first_steps.html", {"paths": progress_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def first_step(request: SignedInRequest, path: str, step: int) -> HttpResponse:
    """One screen; going on, finishing and skipping are kept, looking back is not."""
    found = PATHS.get(path)
    if found is None or not 1 <= step <= len(found.screens):
        raise Http404
    if request.method == "POST":
        return _go_on(request, found, step)
    context = {"path": found, "screen": found.screens[step - 1], "step": step, "is_last": step == len(found.screens)}
    return render(request, "pages/first_step.html", context)


def _go_on(request: SignedInRequest, path: Path, step: int) -> HttpResponse:
    is_over = "skip" in request.POST or step == len(path.screens)
    record_first_step(by=request.user, path=path.slug, step=step + (not is_over), is_over=is_over)
    return redirect("home") if is_over else redirect("first_step", path.slug, step + 1)
