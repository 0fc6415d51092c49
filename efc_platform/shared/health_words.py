"""Whether a text seems to speak of somebody's health: French words that say so, few that only look like it.

Data concerning health are of the special categories that a record keeps only with a good reason (RGPD, articles 4
and 9). Words decide of nothing here: whoever wrote is asked, and nothing of it is kept.
"""

import re
import unicodedata

_BODY = r"(?:genou|dos|hanche|epaule|coeur|ventre|sein|main|pied|bras|jambe|cheville|poignet|rein|foie|oeil|yeux)"
# Read on a text without accents nor capitals, as whole words; each alternative is one way of saying it.
_SAID = [
    r"arrets? (?:de )?(?:maladie|travail)|en arret (?:maladie|longue|depuis|jusqu)|(?:mis|mise|remis|remise) en arret",
    r"mi-temps therapeutique|conges? (?:de )?(?:longue )?maladie|longue maladie",
    r"malades?|maladies?|malaises? (?:vagal|cardiaque)",
    r"burn-?outs?|burn outs?|bore-?outs?|surmenages?|epuisement (?:professionnel|nerveux)",
    r"depressions?|depressi(?:f|ve|fs|ves)|crises? d'angoisse|troubles? anxieux|idees suicidaires|suicid(?:e|es|er|ee)",
    r"antidepresseurs?|anxiolytiques?|somniferes?|neuroleptiques?|psychiatr(?:e|es|ie|ique|iques)|psychotropes?",
    r"suivie? par une? psy(?:chologue|chiatre)?|suivi psychologique|hospitalis\w+",
    r"(?:sous|suit un|suivre un|arrete son|reprend son) traitement",
    r"traitements? (?:medica(?:l|ux|menteux)|lourds?|hormona(?:l|ux)|de fond|contre (?:le|la|son|sa) \w+)",
    r"(?:prend|prendre|sous) (?:des |ses |de )?medicaments?|chimio(?:therapie)?s?|radiotherapies?|dialyses?",
    r"cancers?|cancereu(?:x|se|ses)|tumeurs?|leucemies?|metastases?|avc|infarctus|diabet(?:e|ique|iques)",
    r"epilep(?:sie|tique|tiques)|scleroses? en plaques|parkinson|alzheimer|autis(?:me|te|tes)|bipolaires?",
    r"schizophren(?:e|es|ie)|trisomi(?:e|que|ques)|tdah|vih|sida|seropositi(?:f|ve|fs|ves)|hepatites?|endometrioses?",
    r"handicap(?:s|e|ee|es|ees)?|rqth|aah|mdph|invalidites?|inapt(?:e|es|itude|itudes)",
    r"addictions?|addict(?:s|e|es)?|alcoolisme|alcooliques?|(?:problemes?|soucis?) (?:d'|avec l')alcool",
    r"toxicoman(?:e|es|ie)|cures? de desintoxication|overdoses?",
    r"(?:est|etait|tombee?|suis) enceinte|grossesses?|fausses? couches?|pma|ivg",
    rf"(?:operee?s?|operation|mal) (?:du|de la|des|aux?|a la) {_BODY}|(?:fait|faire) operer|lombalgies?|sciatiques?",
    r"hernies? discales?|lumbagos?|tms|musculo-squelettiques?|migraines?|insomnies?|accidents? du travail",
    r"covid long|(?:a eu|attrape|positi(?:f|ve) (?:au|a la)) (?:le |la )?covid",
    r"(?:problemes?|soucis?|ennuis?|raisons?) de sante|etat de sante|sante (?:mentale|fragile)|(?:ma|ta|sa|leur) sante",
]
# The same words where nobody is ill: institutions, trades, things, and what is only a manner of speaking.
_NOT_SAID = [
    r"assurances?[ -]maladies?|maladies? (?:des|du|de la|de l') ?(?:\w+ )?(?:plantes?|arbres?|vignes?|sols?|ble|buis|"
    r"abeilles?|tomates?|feuillages?)|(?:systeme|modele|marche|economie) malade",
    r"depressions? (?:economiques?|atmospheriques?|meteorologiques?|du marche)",
    r"referente?s? (?:du )?handicap|handicap (?:du|de la) (?:prix|taille|distance)|"
    r"(?:est|serait|reste|etait) un handicap (?:pour|dans)",
    r"addict\w* (?:au|aux|a la|a l') ?(?:volume|subventions?|chiffres?|croissance|ecrans?)|"
    r"boissons? (?:non )?alcooliques?",
    r"(?:ma|ta|sa|leur|etat de) sante (?:financiere|economique|comptable|budgetaire)|"
    r"etat de sante (?:financier|economique|de l'(?:association|entreprise|activite)|de la (?:structure|cooperative)|"
    r"du (?:modele|projet|secteur))",
    r"journees? mondiales? (?:du|de la|contre le) \w+|foyer de contamination",
]
_ANY_NOT_SAID, _ANY_SAID = "|".join(_NOT_SAID), "|".join(_SAID)
_WORDS = re.compile(rf"(?<!\w)(?P<not_said>{_ANY_NOT_SAID})(?!\w)|(?<!\w)(?:{_ANY_SAID})(?!\w)")


def health_words(text: str) -> list[str]:
    """The words, as they were written and once each, that seem to tell of somebody's health."""
    plain = "".join(_plain(letter) for letter in text)
    found = (text[match.start() : match.end()] for match in _WORDS.finditer(plain) if not match["not_said"])
    return list(dict.fromkeys(found))


def _plain(letter: str) -> str:
    """One letter for one, so that a place in the plain text is a place in the text."""
    if letter in "’ʼ‘":
        return "'"
    if letter.isspace():
        return " "
    base = unicodedata.normalize("NFKD", letter.casefold())[:1]
    return {"œ": "o"}.get(base, base) or letter
