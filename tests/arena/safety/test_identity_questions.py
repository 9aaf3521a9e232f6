import pytest

from arena.safety.identity_questions import asks_identity


@pytest.mark.parametrize(
    "prompt",
    [
        "Who are you?",
        "hey who are u",
        "What's your name?",
        "Which model are you?",
        "What language model are you",
        "Are you ChatGPT or Claude?",
        "Who created you?",
        "Please introduce yourself.",
        "Before we start: what AI are you?",
        "Wer bist du?",
        "Wie heißt du eigentlich?",
        "Welches Sprachmodell bist du?",
        "Wer hat dich entwickelt?",
        "Qui es-tu ?",
        "Comment t'appelles-tu ?",
        "¿Quién eres?",
        "¿Cómo te llamas?",
        "Chi sei?",
        "Quem é você?",
        "Wie ben jij?",
        "Kim jesteś?",
        "Кто ты?",
        "你是谁？",
        "あなたは誰ですか",
    ],
)
def test_question_about_the_model_is_noticed(prompt: str) -> None:
    assert asks_identity(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "Why is the sky blue?",
        "Who are you going to vote for, if you were a Roman?",
        "Who are the Beatles?",
        "What are you cooking tonight? Write a dialogue.",
        "How does ChatGPT work?",
        "Who made the Mona Lisa?",
        "Which of these are you sure about: 3, 4, 5?",
        "Wer sind Sie im Vergleich zu Goethe gewesen, fragt der Leser.",
        "Quel est le nom de la capitale ?",
        "Какой сегодня день?",
        "谁写了红楼梦？",
    ],
)
def test_other_questions_are_not(prompt: str) -> None:
    assert not asks_identity(prompt)
