"""The members of `SymmetricAlgorithm`, with its modes.

Source: learn.microsoft.com/dotnet/api/system.security.cryptography.symmetricalgorithm. What needs `ICryptoTransform`
or `KeySizes`, which API Management does not allow, is left out.
"""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.cryptography.hash_algorithms import NAMESPACE
from apim_lab.dotnet.cryptography.paddings import PaddingMode
from apim_lab.dotnet.cryptography.symmetric_algorithms import CipherMode, SymmetricAlgorithm, create
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import PlatformNotSupportedException


def _automatic() -> SymmetricAlgorithm:
    raise PlatformNotSupportedException("This platform does not allow the automatic selection of an algorithm.")


_SYMMETRIC_ALGORITHM = Definition(
    "class SymmetricAlgorithm",
    f"{NAMESPACE}.SymmetricAlgorithm",
    python=SymmetricAlgorithm,
    members={
        "static SymmetricAlgorithm Create(string algName)": create,
        "byte[] Key": lambda algorithm: algorithm.key,
        "byte[] Key { set; }": SymmetricAlgorithm.set_key,
        "byte[] IV": lambda algorithm: algorithm.iv,
        "byte[] IV { set; }": SymmetricAlgorithm.set_iv,
        "int KeySize": lambda algorithm: algorithm.key_size,
        "int KeySize { set; }": SymmetricAlgorithm.set_key_size,
        "int BlockSize": lambda algorithm: algorithm.block_size,
        "int BlockSize { set; }": SymmetricAlgorithm.set_block_size,
        "int FeedbackSize": lambda algorithm: algorithm.feedback,
        "int FeedbackSize { set; }": SymmetricAlgorithm.set_feedback,
        "CipherMode Mode": lambda algorithm: algorithm.mode,
        "CipherMode Mode { set; }": SymmetricAlgorithm.set_mode,
        "PaddingMode Padding": lambda algorithm: algorithm.padding,
        "PaddingMode Padding { set; }": SymmetricAlgorithm.set_padding,
        "bool ValidKeySize(int bitLength)": SymmetricAlgorithm.is_key_size,
        "void GenerateKey()": lambda algorithm: algorithm.generate_key(),
        "void GenerateIV()": SymmetricAlgorithm.generate_iv,
        # Those of .NET Core begin anew when they are used again
        "void Clear()": lambda _: None,
        "void Dispose()": lambda _: None,
    },
)

DEFINITIONS = (
    _SYMMETRIC_ALGORITHM,
    enumeration(f"{NAMESPACE}.CipherMode", CipherMode),
    enumeration(f"{NAMESPACE}.PaddingMode", PaddingMode),
)
