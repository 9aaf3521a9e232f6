"""Notice when a prompt asks the models who they are, so that its rater can be told what an answer to that means."""

import re

QUESTIONS = (
    r"who (?:exactly |really )?(?:are|r) (?:you|u)\b(?! (?:talking|speaking|referring|calling|going|to\b))",
    r"what(?: exactly)?(?: is|[’']s|s) (?:you|your|ur) (?:own |real |full |model )*name\b",
    r"what (?:\w+ ){0,3}(?:model|llm|ai|version|chatbot)s? are (?:you|u)\b",
    r"which (?:\w+ ){0,4}are you\b(?=\W*$|\W+or\b)", r"what are you\s*(?:\?|$)",
    r"who (?:made|created|built|trained|developed|designed|programmed) (?:you|u)\b",
    r"are you (?:an? |the )?(?:chat ?gpt|gpt|claude|gemini|llama|grok|deepseek|qwen|mistral|copilot|smollm)\b",
    r"(?:tell|give) me your name\b", r"introduce yourself\b", r"wer bist du\b", r"wer sind sie\b(?=\W*$)",
    r"wie hei(?:ß|ss)t du\b", r"wie ist dein name\b", r"was bist du\b(?=\W*$)",
    r"welche[sr]? (?:\w+ ){0,2}(?:\w*modell|ki) bist du\b",
    r"wer hat dich (?:\w+ )?(?:gemacht|entwickelt|trainiert|erschaffen|erstellt|gebaut)\b",
    r"qui (?:es[- ]tu|êtes[- ]vous)\b", r"tu es qui\b", r"comment (?:t[’']appelles[- ]tu|tu t[’']appelles)\b",
    r"quel est ton nom\b", r"quel modèle es[- ]tu\b", r"qui t[’']a (?:créée?|développée?|entraînée?|conçue?)\b",
    r"qui[eé]n eres\b", r"c[oó]mo te llamas\b", r"cu[aá]l es tu nombre\b", r"qu[eé] modelo eres\b",
    r"qui[eé]n te (?:cre[oó]|entren[oó]|hizo)\b", r"chi sei\b", r"come ti chiami\b", r"qual è il tuo nome\b",
    r"che modello sei\b", r"chi ti ha (?:creato|addestrato|sviluppato)\b", r"quem é voc[eê]\b",
    r"qual é o (?:seu|teu) nome\b", r"que modelo (?:é voc[eê]|és)\b", r"quem (?:te criou|criou voc[eê])\b",
    r"quem és\b", r"wie ben (?:jij|je)\b", r"hoe heet (?:jij|je)\b", r"welk model ben (?:jij|je)\b",
    r"wie heeft (?:jou|je) gemaakt\b", r"kim jesteś\b", r"jak masz na imię\b", r"jak się nazywasz\b",
    r"kto cię stworzył\b", r"кто ты\b", r"как тебя зовут\b", r"какая ты модель\b", r"кто тебя создал\b",
)  # fmt: skip
# Chinese and Japanese put no space before a question.
EASTERN_QUESTIONS = (
    r"你是谁",
    r"您是谁",
    r"你叫什么",
    r"你的名字是什么",
    r"你是(?:什么|哪个)模型",
    r"谁(?:创造|开发|训练)了?你",
    r"(?:あなた|君)は(?:誰|だれ|何者)",
    r"(?:あなたの|お)名前は",
    r"誰が(?:あなた|君)を(?:作|開発)",
)
_QUESTION = re.compile(
    "|".join((*(rf"(?<!\w){question}" for question in QUESTIONS), *EASTERN_QUESTIONS)), re.IGNORECASE
)


def asks_identity(prompt: str) -> bool:
    """Tell whether a prompt asks its reader for their name, kind or maker, in one of eleven languages."""
    return _QUESTION.search(prompt) is not None
