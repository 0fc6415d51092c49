"""Whether what stands as a fact only says what somebody thinks: a short list of French ways of judging.

A remark, never a refusal: whoever wrote knows better than a list of words.
"""

import re
import unicodedata

# On a text without accents nor capitals; each is a way of judging without showing anything.
_WAYS = [
    r"(?:je|nous|on) (?:pense|pensons|crois|croyons|croit|trouve|trouvons|sens|sentons|sent|estime|estimons)"
    r"(?: bien| plutot)?(?: que)?",
    r"(?:a|selon) (?:mon|notre) (?:avis|sens)|pour (?:moi|nous)|il (?:me|nous) semble(?: que)?|on dirait(?: que)?",
    r"globalement|dans l'ensemble|en general|de maniere generale|generalement|plutot|assez|relativement|clairement",
    r"bonne? (?:ambiance|entente|dynamique|volonte|equipe|cooperation|communication)|mauvaise? (?:ambiance|entente)",
    r"(?:tres |assez |plutot |vraiment )?(?:bien|bon|bonne|mal|mauvais|mauvaise|satisfaisante?|positi(?:f|ve)"
    r"|motivee?s?|investie?s?|impliquee?s?|dynamiques?|correcte?s?|moyens?|moyennes?)",
    r"(?:ca|cela|tout) (?:va|se passe|marche|fonctionne)|des progres|en progres|peut mieux faire|a ameliorer",
]
_JUDGING = "|".join(_WAYS)
_JUDGES = re.compile(rf"\b(?:{_JUDGING})\b")
# A number, a quotation, somebody named within the sentence: something happened.
_SHOWS = re.compile(r"\d|«|\"|(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][a-zà-ÿ]+")
# What is left beside the judgement, short words aside: from that many on, something is told.
ENOUGH_WORDS = 7
_LONG_WORD = re.compile(r"[a-z]{4,}")


def sounds_like_opinion(text: str) -> bool:
    """It judges, it shows nothing, and little is left once the judgement is taken away."""
    if _SHOWS.search(text):
        return False
    bare = _bare(text)
    left, judged = _JUDGES.subn(" ", bare)
    return bool(judged) and len(_LONG_WORD.findall(left)) < ENOUGH_WORDS


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", plain.lower())
