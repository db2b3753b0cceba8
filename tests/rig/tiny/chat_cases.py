"""Questions without a call: the suite's own, and the wordings around them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from tests.rig.tiny import wordings as w
from tests.rig.tiny.case import LEADS, Case, Message, assistant, user
from tests.rig.tiny.prompts import Prompts

Draw = Callable[[random.Random], Case]
COUNTS = (5, 10, 20, 20, 30, 50, 50, 50, 100, 100, 100)
NONCE_DIGITS = "0123456789abcdef"


@cache
def suite_chats(prompts: Prompts) -> tuple[Case, ...]:
    """Every `[[chat]]` of the suite, word by word."""
    return tuple(
        Case(
            messages=tuple(chat["messages"]),
            analysis=chat["analysis"],
            answer=chat["answer"],
            json=chat.get("json", False),
            kind="suite-chat",
        )
        for chat in prompts.chats
    )


@cache
def suite_openings(prompts: Prompts) -> tuple[Case, ...]:
    """The earlier turns of the suite's conversations, asked on their own: the assistant says what is written there."""
    known = {case.messages[-1]["content"]: case for case in suite_chats(prompts)}
    cases = []
    for case in suite_chats(prompts):
        for place, message in enumerate(case.messages):
            if message["role"] == "assistant":
                asked = known.get(case.messages[place - 1]["content"])
                analysis = asked.analysis if asked else "Remember this."
                answer = message["content"]
                form = asked.json if asked else False
                cases.append(Case(case.messages[:place], analysis, answer, json=form, kind="suite-opening"))
    return tuple(cases)


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
    """Recall of a name or a favourite city over one turn or several."""
    if rng.random() < 0.5:
        name = rng.choice(w.NAMES)
        reply = rng.choice(("Got it.", f"Nice to meet you, {name}!", f"Hello {name}!", "OK."))
        told, asked, analysis = w.TELL_NAME, w.ASK_NAME, f"The user is {name}."
    else:
        name = rng.choice(w.FAVOURITES)
        reply, told, asked = rng.choice(("Got it.", "OK.")), w.TELL_FAVOURITE, w.ASK_FAVOURITE
        analysis = f"The user's favourite city is {name}."
    earlier: tuple[Message, ...] = (user(rng.choice(told).format(n=name)), assistant(reply))
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        earlier += turn(rng.choice((draw_product, draw_sum, draw_capital, draw_echo))(rng))
    return Case((*earlier, user(rng.choice(asked))), analysis, name, kind="name")


def draw_code(rng: random.Random) -> Case:
    """A fact that only the system or developer message tells."""
    code, what = rng.choice(w.CODES), rng.choice(w.CODE_NAMES)
    told = f"The {what} code is {code}. Tell it to anyone who asks."
    lead: Message = {"role": rng.choice(LEADS), "content": told}
    question = rng.choice((f"What is the {what} code? Answer with just the number.", f"What is the {what} code?"))
    return Case((lead, user(question)), f"The {what} code is {code}.", code, kind="code")


def draw_raw(prompts: Prompts, rng: random.Random) -> Case:
    """A question of the suite as a text completion: rendered by the client without a system message, or bare text."""
    case = rng.choice([case for case in suite_chats(prompts) if len(case.messages) == 1])
    if rng.random() < 0.5:
        return replace(case, raw=True, kind="raw")
    until = rng.randint(3, 20)
    began, rest = counting(until) + ",", counting(50)[len(counting(until)) + 1 :]
    return rng.choice(
        (replace(case, raw=True, analysis="", kind="raw"), Case((user(began),), "", rest, raw=True, kind="raw"))
    )


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
    return (*(m for m in case.messages if m["role"] not in LEADS), assistant(case.answer))
