"""A fuzzer of the gateway: clients and backends at their worst, and a model that knows each call's right outcomes.

    .venv/bin/python -m tests.e2e.chaos --calls 10000 --seed 1

Each call has a number, which is in its path and in every byte of its answer, so that an answer of one call in another is
seen. A call brings a script for each attempt of the policy: what the backend that gets it does (scripts.py). The backends
note what they did (backends.py); from these notes the model says how the call must have ended (model.py). Clients speak
HTTP/1.1 (http1.py) and HTTP/2 (http2.py). All that is drawn depends on the seed and the number of the session (plans.py),
so that a session can be played again.
"""
