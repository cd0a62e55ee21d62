"""The fields of a request that say how text is sampled: those that several operations have."""

from mockbackends.body import BOOLEAN, INTEGER, STRING, Fields, array, either, integer, mapping, number, record

# Azure's TypeSpec has an int32 for it. It needs some bound: what a call is charged has to be a wait that can be told.
MAX_TOKEN_LIMIT = 2**31 - 1

# What every operation that generates text takes.
SAMPLING: Fields = {
    "model": STRING,
    "stream": BOOLEAN,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "user": STRING,
}
# What both kinds of completions take.
COMPLETION_SAMPLING: Fields = SAMPLING | {
    "stream_options": record({"include_usage": BOOLEAN}),
    "n": integer(1, 128),
    "stop": either("a string or an array of strings", str=STRING, list=array(STRING, "an array of strings", 1, 4)),
    "seed": integer(-(2**63), 2**63 - 1),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "logit_bias": mapping(INTEGER),
}
