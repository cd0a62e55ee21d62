"""The members of the hash algorithms. Source: learn.microsoft.com/dotnet/api/system.security.cryptography."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.cryptography.hash_algorithms import BITS, NAMESPACE, HashAlgorithm, Hmac, named, new_hmac
from apim_lab.dotnet.exceptions import PlatformNotSupportedException


def _automatic() -> HashAlgorithm:
    raise PlatformNotSupportedException("This platform does not allow the automatic selection of an algorithm.")


def _creation(name: str, make: Callable[[], HashAlgorithm] = _automatic) -> dict[str, Any]:
    """The two ways to create one without its class."""
    return {
        f"static {name} Create()": make,
        f"static {name} Create(string algName)": partial(named, target=name),
    }


_HASH_ALGORITHM = Definition(
    "class HashAlgorithm",
    f"{NAMESPACE}.HashAlgorithm",
    python=HashAlgorithm,
    members={
        **_creation("HashAlgorithm"),
        "byte[] ComputeHash(byte[] buffer)": HashAlgorithm.compute,
        "byte[] ComputeHash(byte[] buffer, int offset, int count)": HashAlgorithm.compute_part,
        "byte[] Hash": lambda hash_: hash_.value,
        "int HashSize": lambda hash_: BITS[hash_.algorithm],
        "int InputBlockSize": lambda _: 1,
        "int OutputBlockSize": lambda _: 1,
        "bool CanReuseTransform": lambda _: True,
        "bool CanTransformMultipleBlocks": lambda _: True,
        "int TransformBlock"
        "(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset)": (
            HashAlgorithm.transform_block
        ),
        "byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)": (
            HashAlgorithm.transform_final_block
        ),
        # Those of .NET Core begin anew by themselves
        "void Initialize()": lambda _: None,
        "void Clear()": lambda hash_: hash_.dispose(),
        "void Dispose()": lambda hash_: hash_.dispose(),
    },
)
_KEYED = Definition(
    "class KeyedHashAlgorithm : HashAlgorithm",
    f"{NAMESPACE}.KeyedHashAlgorithm",
    members={
        **_creation("KeyedHashAlgorithm"),
        "byte[] Key": lambda hmac: hmac.key,
        "byte[] Key { set; }": Hmac.set_key,
    },
)
_HMAC = Definition(
    "class HMAC : KeyedHashAlgorithm",
    f"{NAMESPACE}.HMAC",
    python=Hmac,
    members={
        **_creation("HMAC"),
        "string HashName": lambda hmac: hmac.algorithm,
        "string HashName { set; }": Hmac.set_name,
    },
)


def _of(algorithm: str) -> Iterator[Definition]:
    """The classes for one algorithm."""
    yield Definition(
        f"class {algorithm} : HashAlgorithm",
        f"{NAMESPACE}.{algorithm}",
        members=_creation(algorithm, partial(HashAlgorithm, algorithm, algorithm, f"{algorithm}+Implementation")),
    )
    if algorithm != "MD5":
        yield Definition(
            f"class {algorithm}Managed : {algorithm}",
            f"{NAMESPACE}.{algorithm}Managed",
            members={"new()": partial(HashAlgorithm, algorithm, f"{algorithm}Managed")},
        )
    yield Definition(
        f"class HMAC{algorithm} : HMAC",
        f"{NAMESPACE}.HMAC{algorithm}",
        members={
            "new()": partial(new_hmac, algorithm),
            "new(byte[] key)": partial(Hmac, algorithm),
            **_OWN.get(algorithm, {}),
        },
    )


_LEGACY = {"bool ProduceLegacyHmacValues": lambda _: False}
_OWN: dict[str, dict[str, Any]] = {
    "SHA1": {"new(byte[] key, bool useManagedSha1)": lambda key, _managed: Hmac("SHA1", key)},
    "SHA384": _LEGACY,
    "SHA512": _LEGACY,
}

DEFINITIONS = (_HASH_ALGORITHM, _KEYED, _HMAC, *(definition for algorithm in BITS for definition in _of(algorithm)))
