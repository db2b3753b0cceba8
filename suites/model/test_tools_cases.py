"""The case set of tool use, asked several times at the default temperature: how often, and how reliably, the call is right."""

from fixtures.kit import (
    CHATS,
    MUST,
    OBSERVE,
    RESPONSES,
    ToolConversation,
    clause,
    expect_no_failures,
    expect_share,
    observe,
    once,
    tool_cases,
    trial_figures,
    trial_of,
)

SOURCE = "OpenAI cookbook, verifying gpt-oss implementations: 0 invalid requests, over 90 % on pass@k and pass^k"
TRIGGER = "MoonshotAI K2-Vendor-Verifier, trigger and schema accuracy"
K = 3
BAR = 0.9


@once
def responses_trials(wire, tool_use):
    return _asked(wire, tool_use.among(RESPONSES)[0])


@once
def chat_trials(wire, tool_use):
    return _asked(wire, tool_use.among(CHATS)[0])


def _asked(wire, surface):
    """Every case K times, at gpt-oss's default temperature of 1."""
    conversations = {
        case: ToolConversation(ask=wire.ask, surface=surface, tools=case.tools).user(case.user) for case in tool_cases()
    }
    asked = {case.id: conversation.send(temperature=1.0) for case, conversation in conversations.items()}
    rounds = [wire.batch(asked) for _ in range(K)]
    return [trial_of(exchanges[case.id], surface, case) for exchanges in rounds for case in conversations]


@clause("TOOL-080", "No request of the case set fails on Responses", level=MUST, source=SOURCE)
def test_responses_failures(responses_trials):
    """Every request of the case set MUST be answered on the Responses API: no error, no hang, no malformed answer."""
    expect_no_failures(responses_trials)


@clause("TOOL-081", "Responses can call every tool", level=MUST, source=SOURCE)
def test_responses_at(responses_trials):
    """On the Responses API over 90 % of the cases MUST be right at least once in three trials (pass@k)."""
    expect_share(responses_trials, "pass_at_k", BAR)


@clause("TOOL-082", "Responses calls tools reliably", level=MUST, source=SOURCE)
def test_responses_hat(responses_trials):
    """On the Responses API over 90 % of the cases MUST be right in every one of three trials (pass^k)."""
    expect_share(responses_trials, "pass_hat_k", BAR)


@clause("TOOL-083", "Calls on Responses obey their schemas", level=MUST, source=TRIGGER)
def test_responses_schema(responses_trials):
    """Over 90 % of the calls on the Responses API MUST name an offered tool, with arguments that obey its JSON Schema."""
    expect_share(responses_trials, "schema_accuracy", BAR)


@clause("TOOL-084", "Responses calls only where a call is right", level=MUST, source=TRIGGER)
def test_responses_precision(responses_trials):
    """Over 90 % of the trials that call on the Responses API MUST be of cases in which a call is right (precision)."""
    expect_share(responses_trials, "trigger_precision", BAR)


@clause("TOOL-085", "Responses calls where a call is right", level=MUST, source=TRIGGER)
def test_responses_recall(responses_trials):
    """In over 90 % of the trials in which a call is right the Responses API MUST give one (recall)."""
    expect_share(responses_trials, "trigger_recall", BAR)


@clause("TOOL-086", "No request of the case set fails on chat", level=MUST, source=SOURCE)
def test_chat_failures(chat_trials):
    """Every request of the case set MUST be answered on chat: no error, no hang, no malformed answer."""
    expect_no_failures(chat_trials)


@clause("TOOL-087", "Chat can call every tool", level=MUST, source=SOURCE)
def test_chat_at(chat_trials):
    """On chat over 90 % of the cases MUST be right at least once in three trials (pass@k)."""
    expect_share(chat_trials, "pass_at_k", BAR)


@clause("TOOL-088", "Chat calls tools reliably", level=MUST, source=SOURCE)
def test_chat_hat(chat_trials):
    """On chat over 90 % of the cases MUST be right in every one of three trials (pass^k)."""
    expect_share(chat_trials, "pass_hat_k", BAR)


@clause("TOOL-089", "Calls on chat obey their schemas", level=MUST, source=TRIGGER)
def test_chat_schema(chat_trials):
    """Over 90 % of the calls on chat MUST name an offered tool, with arguments that obey its JSON Schema."""
    expect_share(chat_trials, "schema_accuracy", BAR)


@clause("TOOL-090", "Chat calls only where a call is right", level=MUST, source=TRIGGER)
def test_chat_precision(chat_trials):
    """Over 90 % of the trials that call on chat MUST be of cases in which a call is right (precision)."""
    expect_share(chat_trials, "trigger_precision", BAR)


@clause("TOOL-091", "Chat calls where a call is right", level=MUST, source=TRIGGER)
def test_chat_recall(chat_trials):
    """In over 90 % of the trials in which a call is right chat MUST give one (recall)."""
    expect_share(chat_trials, "trigger_recall", BAR)


@clause("TOOL-092", "The figures of Responses are recorded", level=OBSERVE, source=SOURCE)
def test_responses_figures(responses_trials):
    """The figures of the case set on the Responses API are recorded."""
    _record("responses", responses_trials)


@clause("TOOL-093", "The figures of chat are recorded", level=OBSERVE, source=SOURCE)
def test_chat_figures(chat_trials):
    """The figures of the case set on chat are recorded."""
    _record("chat", chat_trials)


def _record(surface, trials):
    figures = trial_figures(trials)
    counts = {"cases": figures.cases, "trials": figures.trials, "failures": figures.failures}
    shares = ("pass_at_k", "pass_hat_k", "schema_accuracy", "trigger_precision", "trigger_recall")
    observe(surface=surface, k=K, **counts, **{name: round(getattr(figures, name), 4) for name in shares})
