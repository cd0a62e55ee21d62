"""The exceptions for a text that is no date, in .NET's words."""

from typing import NoReturn

from apim_lab.dotnet.exceptions import FormatException


class DateRefusal:
    """Raises FormatException for one text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def refuse(self) -> NoReturn:
        raise FormatException(f"String '{self.text}' was not recognized as a valid DateTime.")

    def unknown_word(self, position: int) -> NoReturn:
        raise FormatException(
            f"The string '{self.text}' was not recognized as a valid DateTime. "
            f"There is an unknown word starting at index '{position}'."
        )

    def wrong_day(self) -> NoReturn:
        raise FormatException(
            f"String '{self.text}' was not recognized as a valid DateTime because the day of week was incorrect."
        )

    def not_in_calendar(self) -> NoReturn:
        raise FormatException(
            f"The DateTime represented by the string '{self.text}' is not supported in calendar "
            "'System.Globalization.GregorianCalendar'."
        )

    def offset_too_large(self) -> NoReturn:
        raise FormatException(f"The time zone offset of string '{self.text}' must be within plus or minus 14 hours.")

    def beyond_utc(self) -> NoReturn:
        raise FormatException(f"The UTC representation of the date '{self.text}' falls outside the year range 1-9999.")

    def beyond_the_range(self) -> NoReturn:
        raise FormatException(f"The DateTime represented by the string '{self.text}' is out of range.")
