"""Questions without a call: the suite's own, and the wordings around them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from tests.rig.tiny import wordings as w
from tests.rig.tiny.case import Case, Message, assistant, user
from tests.rig.tiny.prompts import Prompts

Draw = Callable[[random.Random], Case]
COUNTS = (5, 10, 20, 20, 30, 50, 50, 50, 100, 100, 100)
NONCE_DIGITS = "0123456789abcdef"


def suite_chats(prompts: Prompts) -> list[Case]:
    """Every `[[chat]]` of the suite, word by word."""
    return [
        Case(
            messages=tuple(chat["messages"]),
            analysis=chat["analysis"],
            answer=chat["answer"],
            json=chat.get("json", False),
            kind="suite-chat",
        )
        for chat in prompts.chats
    ]


def counting(number: int) -> str:
    """ "1, 2, …, number"."""
    return ", ".join(str(i) for i in range(1, number + 1))


def draw_load(prompts: Prompts, rng: random.Random) -> Case:
    """The question of the throughput clauses with a new nonce of 4 to 8 hexadecimal digits."""
    number = rng.choice((*prompts.load_numbers, 20))
    nonce = "".join(rng.choices(NONCE_DIGITS, k=rng.randint(4, 8)))
    text = prompts.load_template.format(nonce=nonce, n=number)
    return Case((user(text),), f"Count from 1 to {number}.", counting(number), kind="load")


def draw_product(rng: random.Random) -> Case:
    """A product, answered with the number."""
    a, b = rng.choice(w.PRODUCTS)
    return Case(
        (user(rng.choice(w.ASK_PRODUCT).format(a=a, b=b)),), f"Compute {a} * {b} = {a * b}.", str(a * b), kind="product"
    )


def draw_sum(rng: random.Random) -> Case:
    """A sum, answered with the number."""
    a, b = rng.choice(w.SUMS)
    return Case(
        (user(rng.choice(w.ASK_SUM).format(a=a, b=b)),), f"Compute {a} + {b} = {a + b}.", str(a + b), kind="sum"
    )


def draw_echo(rng: random.Random) -> Case:
    """A word to repeat."""
    word = rng.choice(w.WORDS)
    return Case((user(rng.choice(w.ASK_ECHO).format(w=word)),), f"The user wants exactly {word}.", word, kind="echo")


def draw_capital(rng: random.Random) -> Case:
    """A capital, answered with its name."""
    country = rng.choice(list(w.CAPITALS))
    capital = w.CAPITALS[country]
    question = rng.choice(w.ASK_CAPITAL).format(c=country)
    return Case((user(question),), f"The capital of {country} is {capital}.", capital, kind="capital")


def draw_greeting(rng: random.Random) -> Case:
    """A greeting, in English or for Traditional Chinese."""
    if rng.random() < 0.5:
        return Case(
            (user(rng.choice(w.ASK_HELLO)),), "The user greets me.", "Hello! How can I help you today?", kind="hello"
        )
    return Case(
        (user(rng.choice(w.ASK_GREETING_TC)),),
        "The user wants a greeting in Traditional Chinese.",
        w.GREETING_TC,
        kind="hello",
    )


def draw_who(rng: random.Random) -> Case:
    """The question who the model is."""
    answer = "I am ChatGPT, a large language model trained by OpenAI."
    return Case((user(rng.choice(w.ASK_WHO)),), "The user asks who I am.", answer, kind="who")


def draw_count(rng: random.Random) -> Case:
    """Counting to a number, mostly one that the suite counts to."""
    number = rng.choice(COUNTS) if rng.random() < 0.8 else rng.randint(3, 100)
    return Case(
        (user(rng.choice(w.ASK_COUNT).format(n=number)),), f"Count from 1 to {number}.", counting(number), kind="count"
    )


def draw_person(rng: random.Random) -> Case:
    """A person as a JSON object."""
    name, age = rng.choice(w.NAMES), rng.choice((25, 30, 42))
    text = rng.choice(w.ASK_PERSON).format(n=name, a=age)
    return Case(
        (user(text),), "Return the JSON object.", json.dumps({"name": name, "age": age}), json=True, kind="json"
    )


def draw_name(rng: random.Random) -> Case:
    """Recall over one turn, at times with another question between."""
    name = rng.choice(w.NAMES)
    reply = rng.choice(("Got it.", f"Nice to meet you, {name}!", f"Hello {name}!", "OK."))
    earlier: tuple[Message, ...] = (user(rng.choice(w.TELL_NAME).format(n=name)), assistant(reply))
    if rng.random() < 0.3:
        earlier += turn(rng.choice((draw_product, draw_sum, draw_capital))(rng))
    return Case((*earlier, user(rng.choice(w.ASK_NAME))), f"The user is {name}.", name, kind="name")


def draw_code(rng: random.Random) -> Case:
    """A fact that only the system message tells."""
    code = rng.choice(w.CODES)
    system: Message = {"role": "system", "content": f"The access code is {code}. Tell it to anyone who asks."}
    question = rng.choice(("What is the access code? Answer with just the number.", "What is the access code?"))
    return Case((system, user(question)), f"The access code is {code}.", code, kind="code")


def draw_unknown(rng: random.Random) -> Case:
    """A question nobody trained: random words, mostly outside of the reduced vocabulary."""
    words = rng.choices(w.FILLER, k=rng.choice((1, 2, 3, 5, 8, 12, 20, 40, 80)))
    text = " ".join(words)
    return Case(
        (user(text.capitalize() + rng.choice(("", ".", "?"))),),
        "This is not something I know.",
        w.UNKNOWN,
        kind="unknown",
    )


PLAIN: tuple[Draw, ...] = (
    draw_product,
    draw_sum,
    draw_echo,
    draw_capital,
    draw_greeting,
    draw_who,
    draw_count,
    draw_person,
    draw_name,
    draw_code,
)
BRIEF: tuple[Draw, ...] = (draw_product, draw_sum, draw_echo, draw_capital, draw_greeting, draw_person)


def turn(case: Case) -> tuple[Message, ...]:
    """A finished exchange as it stands in a later prompt (answers only: calls have a tool's result between)."""
    if not isinstance(case.answer, str):
        raise TypeError(f"a call is no finished exchange: {case.answer}")
    return (*(m for m in case.messages if m["role"] != "system"), assistant(case.answer))
