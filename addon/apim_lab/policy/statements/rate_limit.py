"""rate-limit-by-key: how many calls a key may make in a sliding window of time."""

from apim_lab.errors import RateLimitExceeded
from apim_lab.policy.context import Context
from apim_lab.policy.destinations import NOTHING, NOWHERE, header, variable
from apim_lab.policy.statements.element import attribute, statement
from apim_lab.policy.values import Computed, Value
from apim_lab.stores.memory import Window

_LEFT = variable("remaining_calls_variable_name") + header("remaining_calls_header_name")
_WHEN = variable("retry_after_variable_name") + header("retry_after_header_name")


@statement("rate-limit-by-key", sections=("inbound",), own=NOTHING)
class RateLimitByKey:
    """Answers 429 once a key has made `calls` calls within `renewal-period` seconds (rate-limit-by-key-policy.md).

    Sliding window, as in the classic tiers: with calls 3 and renewal-period 15, three calls pass at 10:00:00; one at
    10:00:14 is refused with Retry-After 1; one at 10:00:15 passes. A key has one counter, wherever the policy stands.

    Where `increment-condition` or `increment-count` is an expression, the call is counted at the end of outbound and
    the limit is checked on the next call: the 429 comes one call later than usual.
    """

    calls: Value[int] = attribute(to=_LEFT + header("total_calls_header_name"), minimum=1)
    renewal_period: Value[int] = attribute(to=_WHEN, minimum=1, maximum=300)
    counter_key: Value[str] = attribute(to=NOWHERE)
    increment_condition: Value[bool] | None = attribute(to=NOWHERE, default=None)
    increment_count: Value[int] | None = attribute(to=_LEFT, minimum=0, default=None)
    retry_after_header_name: str = "Retry-After"
    retry_after_variable_name: str | None = None
    remaining_calls_header_name: str | None = None
    remaining_calls_variable_name: str | None = None
    total_calls_header_name: str | None = None

    async def run(self, context: Context) -> None:
        key = await self.counter_key.get(context)
        calls, period = await self.calls.get(context), await self.renewal_period.get(context)
        amount = 0
        if self.is_postponed:
            context.afterwards.append(lambda later: self.count_later(later, key, period))
        else:
            amount = await self.increment(context)
        if amount:
            window = await context.store.hit(key, calls, period, amount)
        else:
            window = await context.store.test(key, calls, period)
        self.tell(context, window, calls)

    @property
    def is_postponed(self) -> bool:
        return isinstance(self.increment_condition, Computed) or isinstance(self.increment_count, Computed)

    async def increment(self, context: Context) -> int:
        """How much the call counts."""
        if self.increment_condition and not await self.increment_condition.get(context):
            return 0
        return await self.increment_count.get(context) if self.increment_count else 1

    async def count_later(self, context: Context, key: str, period: int) -> None:
        if amount := await self.increment(context):
            await context.store.record(key, period, amount)

    def tell(self, context: Context, window: Window, calls: int) -> None:
        """Put headers and variables where the policy wants them; refuse the call if the window is full."""
        if context.trace:
            context.trace.note("{} of {} calls are left", window.remaining, calls)
        if self.remaining_calls_variable_name:
            context.variables[self.remaining_calls_variable_name] = window.remaining
        if self.total_calls_header_name:
            context.answer_headers.append((self.total_calls_header_name, str(calls)))
        if not window.admitted:
            self.refuse(context, window)
        if self.remaining_calls_header_name:
            context.answer_headers.append((self.remaining_calls_header_name, str(window.remaining)))

    def refuse(self, context: Context, window: Window) -> None:
        if self.retry_after_variable_name:
            context.variables[self.retry_after_variable_name] = window.retry_after
        raise RateLimitExceeded(
            f"Rate limit is exceeded. Try again in {window.retry_after} seconds.",
            headers=[(self.retry_after_header_name, str(window.retry_after))],
        )
