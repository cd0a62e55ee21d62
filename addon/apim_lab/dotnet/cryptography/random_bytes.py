"""`RNGCryptoServiceProvider`. Source: dotnet/corefx 3.1, RandomNumberGenerator.cs."""

import secrets

from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import OUT_OF_BOUNDS, check_not_negative, given
from apim_lab.dotnet.exceptions import ArgumentException


class RNGCryptoServiceProvider:
    """It has no state: the system's random numbers are its."""

    __slots__ = ()
    type = Type("RNGCryptoServiceProvider", full_name="System.Security.Cryptography.RNGCryptoServiceProvider")

    def fill(self, data: Bytes | None) -> None:
        self.fill_part(data, 0, len(data or b""))

    def fill_part(self, data: Bytes | None, offset: int, count: int) -> None:
        data = given(data, "data")
        check_not_negative(offset=offset, count=count)
        if count > len(data) - offset:
            raise ArgumentException(OUT_OF_BOUNDS)
        afford(count)
        data[offset : offset + count] = secrets.token_bytes(count)

    def fill_without_zeros(self, data: Bytes | None) -> None:
        self.fill(data)
        place = -1 if data is None else data.find(0)
        while data is not None and place >= 0:
            data[place] = 1 + secrets.randbelow(255)
            place = data.find(0, place + 1)


def _made(_seed: object = None) -> RNGCryptoServiceProvider:
    return RNGCryptoServiceProvider()


DEFINITIONS = (
    Definition(
        "sealed class RNGCryptoServiceProvider",
        "System.Security.Cryptography.RNGCryptoServiceProvider",
        python=RNGCryptoServiceProvider,
        members={
            "new()": _made,
            "new(byte[] rgb)": _made,
            "new(string str)": _made,
            "void GetBytes(byte[] data)": RNGCryptoServiceProvider.fill,
            "void GetBytes(byte[] data, int offset, int count)": RNGCryptoServiceProvider.fill_part,
            "void GetNonZeroBytes(byte[] data)": RNGCryptoServiceProvider.fill_without_zeros,
            "void Dispose()": lambda _: None,
        },
    ),
)
