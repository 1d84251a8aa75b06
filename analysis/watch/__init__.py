"""Says when something is wrong: the health of every vendor over its runs, metrics, and notices that are sent once.

``health`` reads the runs of the library, ``page`` and ``metrics`` show them to people and to Prometheus; ``causes`` finds
what somebody must be told, ``notices`` sends it through ``channels`` and remembers it in a ledger beside the library.
"""
