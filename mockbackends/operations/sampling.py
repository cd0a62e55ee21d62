"""The fields of sampling that several operations have, e.g. temperature."""

from mockbackends.body import BOOLEAN, INTEGER, STRING, Fields, array, either, integer, mapping, number, record

# The largest max_tokens: an int32 in Azure's TypeSpec. Without a bound, a 429 could ask for an endless wait.
MAX_TOKEN_LIMIT = 2**31 - 1

# The fields of every operation that generates text.
SAMPLING: Fields = {
    "model": STRING,
    "stream": BOOLEAN,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "user": STRING,
}
# The fields of chat completions and of legacy completions.
COMPLETION_SAMPLING: Fields = SAMPLING | {
    "stream_options": record({"include_usage": BOOLEAN}),
    "n": integer(1, 128),
    "stop": either("a string or an array of strings", str=STRING, list=array(STRING, "an array of strings", 1, 4)),
    "seed": integer(-(2**63), 2**63 - 1),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "logit_bias": mapping(INTEGER),
}
