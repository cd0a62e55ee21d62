"""Expected values: recorded from real C# (ip_addresses.jsonl)."""

from tests import oracle

test_ip_addresses_agree = oracle.table(__file__, "ip_addresses.jsonl")
