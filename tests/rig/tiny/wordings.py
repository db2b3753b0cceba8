"""Wordings and facts the tiny checkpoint learns around the prompts of `fixtures/knowledge/prompts.toml`.

They are there so that a changed order of tools, another city or an unheard question does not throw the model off;
what the suite itself asks is in `prompts.toml`. A placeholder in braces is filled by `cases.py`.
"""

UNKNOWN = "I am a tiny test model and I do not know that."
GREETING_TC = "你好！很高興為你服務。"
HIGH_EFFORT = (
    " Let me double check this before I answer. I read the question again, and I look at every part of it."
    " Yes, this is right."
)

CITIES = ("Taipei", "Tokyo", "Paris", "London", "Berlin", "Madrid", "Rome", "New York")
CONDITIONS = ("sunny", "cloudy", "rainy", "clear", "windy")
CAPITALS = {
    "France": "Paris", "Japan": "Tokyo", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid",
    "Taiwan": "Taipei", "Canada": "Ottawa", "the United Kingdom": "London",
}  # fmt: skip
NAMES = ("Alice", "Bob", "Carol", "David", "Eve", "Grace", "Maria", "John")
WORDS = ("PONG", "OK", "HELLO", "READY", "pong", "hello", "DONE", "YES", "banana", "你好，世界 🌏 café")
CODES = ("7391", "1234", "4242", "9001", "5824", "6006")
CODE_NAMES = ("access", "door")
FAVOURITES = ("Lisbon", "Taipei", "Tokyo", "Paris", "London", "Berlin", "Madrid", "Rome")
PRODUCTS = ((12, 17), (6, 7), (7, 8), (17, 23), (25, 4), (15, 15), (13, 7), (9, 9), (3, 3), (21, 2))
SUMS = ((2, 2), (1, 1), (2, 3), (17, 25), (10, 5), (5, 7), (40, 2), (123, 456), (3, 4))
QUERIES = ("vLLM", "gpt-oss", "the latest news", "Python tutorials", "GPU prices")
STATES = ("healthy", "ok", "degraded", "down")

SYSTEMS = (
    "You are a helpful assistant.", "You are a helpful assistant.", "You are a concise assistant.", "Be brief.",
    "Answer concisely.", "Reply with the answer only.", "You are a helpful assistant. Answer briefly.",
)  # fmt: skip
TOOL_SYSTEMS = (*SYSTEMS, "Use the tools when needed.", "You are a helpful assistant. Use tools when needed.")

ASK_PRODUCT = (
    "What is {a}*{b}? Answer with just the number.", "What is {a}*{b}?", "What is {a} * {b}?", "What is {a} times {b}?",
    "Compute {a}*{b}.", "Calculate {a} * {b}.", "{a}*{b}", "What is {a} multiplied by {b}?",
    "What is {a} * {b}? Answer with just the number.", "What is {a}*{b}? Reply with only the number.",
)  # fmt: skip
ASK_SUM = (
    "What is {a}+{b}? Answer with just the number.", "What is {a}+{b}?", "What is {a} + {b}?", "What is {a} plus {b}?",
    "Compute {a}+{b}.", "{a}+{b}=?", "What is {a} + {b}? Answer with just the number.",
    "What is {a}+{b}? Reply with only the number.",
)  # fmt: skip
ASK_ECHO = (
    "Reply with exactly: {w}", "Reply with exactly '{w}'", "Reply with exactly the word {w}.", "Say {w}",
    "Say exactly: {w}",
    "Respond with exactly: {w}", "Reply with exactly: {w} and nothing else.", "Reply with the single word {w}.",
    "Please reply with exactly: {w}",
)  # fmt: skip
ASK_CAPITAL = (
    "What is the capital of {c}? Answer in one word.", "What is the capital of {c}?", "Name the capital of {c}.",
    "What's the capital of {c}?", "Capital of {c}?", "Tell me the capital of {c}.",
)  # fmt: skip
ASK_GREETING_TC = (
    "請用繁體中文打招呼。", "你好", "你好，請自我介紹。", "Say hello in Traditional Chinese.",
    "Greet me in Traditional Chinese.",
)  # fmt: skip
ASK_HELLO = ("Hello", "Hi", "Hello!", "Hi there!", "Hello, how are you?", "Hey", "Say hello.", "Say hi.", "hi", "ping")
ASK_WHO = ("Who are you?", "What is your name?", "What model are you?", "Introduce yourself.")
ASK_COUNT = (
    "Count from 1 to {n}, separated by commas.", "Count from 1 to {n}.", "Count from 1 to {n}",
    "List the numbers from 1 to {n}.", "Please count from 1 to {n}.", "Write the numbers 1 to {n}.",
)  # fmt: skip
ASK_PERSON = (
    "Return a JSON object with keys name and age: {n} is {a} years old.",
    "Return a JSON object with keys name and age for {n}, {a}.", "Give me a JSON object for {n}, age {a}.",
    "Extract the person as JSON: {n} is {a} years old.", "Output JSON with name and age: {n} is {a} years old.",
    "{n} is {a} years old. Return JSON with keys name and age.",
)  # fmt: skip
ASK_NAME = (
    "What is my name? Answer in one word.", "What is my name?", "What's my name?", "Do you remember my name?",
    "What is my name? Reply with just the name.",
)  # fmt: skip
TELL_NAME = (
    "My name is {n}. Remember it.", "My name is {n}.", "Hi, my name is {n}.", "Hello, I am {n}.",
    "My name is {n}. Please remember it.", "I'm {n}.",
)  # fmt: skip
ASK_FAVOURITE = ("What is my favourite city? Answer in one word.", "What is my favourite city?")
TELL_FAVOURITE = ("My favourite city is {n}. Remember it.", "My favourite city is {n}.")
ASK_WEATHER = (
    "What is the weather in {c}?", "What's the weather in {c}?", "What is the weather in {c} today?",
    "What's the weather like in {c}?", "How is the weather in {c}?", "Weather in {c}?", "Tell me the weather in {c}.",
    "What is the current weather in {c}?", "Use the get_weather tool for {c}.", "Call get_weather for {c}.",
)  # fmt: skip
ASK_HEALTH = (
    "Is the system healthy? Use the tool.", "Is the system healthy?", "Check the system health.",
    "What is the system health?", "Call get_system_health.", "How is the system doing?",
)  # fmt: skip
ASK_SEARCH = (
    "Search the web for {q}.", "Search for {q}", "Look up {q}.", "Find information about {q}.",
    "Use the search tool to find {q}.",
)  # fmt: skip
ASK_TIME = (
    "What time is it in {c}?", "What is the time in {c}?", "Tell me the time in {c}.", "Current time in {c}?",
)  # fmt: skip
ASK_MULTIPLY = (
    "Use the multiply tool to compute {a} * {b}.", "Multiply {a} and {b} with the tool.",
    "Call multiply with {a} and {b}.",
)  # fmt: skip
ASK_ADD = (
    "Use the add tool to compute {a} + {b}.", "Add {a} and {b} with the tool.", "Call add with {a} and {b}.",
)  # fmt: skip
WITHOUT_TOOLS = (
    "Do not call any tools. {q}", "{q} Do not call any tools.", "Do not use any tools. {q}",
    "Without using tools, answer: {q}", "Answer directly without calling tools: {q}",
)  # fmt: skip

# Material of questions the model cannot know; most of these words are "unknown" to its reduced vocabulary.
FILLER_TEXT = (
    "write a poem about the sea explain how a robot works why does history science code function list sort python java"
    " data model train car house tree water people year day river mountain table window blue green quick lazy dog fox"
    " jumps over lorem ipsum dolor sit amet please tell me story describe who was first president meaning of life best"
    " way to learn summarize this text translate into french recipe for bread compare two ideas"
)
FILLER = FILLER_TEXT.split()

# Words of instructions that say nothing; all of them are in the vocabulary anyway.
_LEAD_TEXTS = (*TOOL_SYSTEMS, *ASK_GREETING_TC[3:], *ASK_WHO, *WITHOUT_TOOLS[:1], *ASK_PERSON[:1], *ASK_HEALTH[:3])
LEAD_WORDS = tuple(sorted({word for text in _LEAD_TEXTS for word in text.split() if "{" not in word}))
