"""The lessons, in their order: the number of a lesson is its place here."""

from collections.abc import Mapping

from lessons.all_throttled import ALL_THROTTLED
from lessons.brown_out import BROWN_OUT
from lessons.casts import CASTS
from lessons.counted_late import COUNTED_LATE
from lessons.failover_or_waiting import FAILOVER_OR_WAITING
from lessons.lesson import Lesson
from lessons.limit_per_key import LIMIT_PER_KEY
from lessons.remembering import REMEMBERING
from lessons.retry_after import RETRY_AFTER
from lessons.round_robin import ROUND_ROBIN
from lessons.streams import STREAMS

LESSONS: Mapping[int, Lesson] = dict(
    enumerate(
        (
            LIMIT_PER_KEY,
            ROUND_ROBIN,
            FAILOVER_OR_WAITING,
            RETRY_AFTER,
            ALL_THROTTLED,
            BROWN_OUT,
            STREAMS,
            CASTS,
            COUNTED_LATE,
            REMEMBERING,
        ),
        start=1,
    )
)
