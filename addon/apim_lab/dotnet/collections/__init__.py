"""Lists, dictionaries, sets, queues, stacks, arrays and tuples, and how their items are told apart and ordered."""
