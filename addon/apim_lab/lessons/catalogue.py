"""The lessons, in their order: the number of a lesson is its place here."""

from collections.abc import Mapping

from apim_lab.lessons.all_throttled import ALL_THROTTLED
from apim_lab.lessons.brown_out import BROWN_OUT
from apim_lab.lessons.casts import CASTS
from apim_lab.lessons.counted_late import COUNTED_LATE
from apim_lab.lessons.failover_or_waiting import FAILOVER_OR_WAITING
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.limit_per_key import LIMIT_PER_KEY
from apim_lab.lessons.remembering import REMEMBERING
from apim_lab.lessons.retry_after import RETRY_AFTER
from apim_lab.lessons.round_robin import ROUND_ROBIN
from apim_lab.lessons.streams import STREAMS

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
