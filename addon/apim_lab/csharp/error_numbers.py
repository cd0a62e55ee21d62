"""The number that C#'s compiler gives a mistake, found by its text. Source: Roslyn 3.1, CSharpResources.resx.

Whoever finds a mistake tells it in C#'s words; one in other words has no number.
"""

import re
from functools import cache

# `{}` stands for what the mistake is about. Of two that fit, the first is meant
_TEXTS = r"""
CS0019 Operator '{}' cannot be applied to operands of type '{}' and '{}'
CS0020 Division by constant zero
CS0021 Cannot apply indexing with [] to an expression of type '{}'
CS0022 Wrong number of indices inside []; expected {}
CS0023 Operator '{}' cannot be applied to operand of type '{}'
CS0030 Cannot convert type '{}' to '{}'
CS0031 Constant value '{}' cannot be converted to a '{}'
CS0034 Operator '{}' is ambiguous on operands of type '{}' and '{}'
CS0035 Operator '{}' is ambiguous on an operand of type '{}'
CS0037 Cannot convert null to '{}' because it is a non-nullable value type
CS0039 Cannot convert type '{}' to '{}' via {}
CS0077 The as operator must be used with a reference type or nullable type ('{}' is a {}value type)
CS0103 The name '{}' does not exist in the current context
CS0106 The modifier '{}' is not valid for this item
CS0110 The evaluation of the constant value for '{}' involves a circular definition
CS0117 '{}' does not contain a definition for '{}'
CS0118 '{}' is a {} but is used like a {}
CS0119 '{}' is a {}, which is not valid in the given context
CS0120 An object reference is required for the non-static field, method, or property '{}'
CS0121 The call is ambiguous between the following methods or properties: {}
CS0123 No overload for '{}' matches delegate '{}'
CS0126 An object of a type convertible to '{}' is required
CS0128 A local variable or function named '{}' is already defined in this scope
CS0131 The left-hand side of an assignment must be a variable, property or indexer
CS0133 The expression being assigned to '{}' must be constant
CS0134 '{}' is of type '{}'. A const field of a reference type other than string can only be initialized with null.
CS0136 A local or parameter named '{}' cannot be declared in this scope because that name is used in {}
CS0139 No enclosing loop out of which to break or continue
CS0144 Cannot create an instance of the abstract class or interface '{}'
CS0145 A const field requires a value to be provided
CS0149 Method name expected
CS0150 A constant value is expected
CS0151 A switch expression or case label must be a bool, char, string, integral, enum, or {}
CS0152 The switch statement contains multiple cases with the label value '{}'
CS0155 The type caught or thrown must be derived from System.Exception
CS0156 A throw statement with no arguments is not allowed outside of a catch clause
CS0157 Control cannot leave the body of a finally clause
CS0159 No such label '{}' within the scope of the goto statement
CS0160 A previous catch clause already catches all exceptions of this or of a super type ('{}')
CS0161 {}ot all code paths return a value
CS0163 Control cannot fall through from one case label ('{}') to another
CS0165 Use of unassigned local variable '{}'
CS0173 Type of conditional expression cannot be determined because {}
CS0176 Member '{}' cannot be accessed with an instance reference; qualify it with a type name instead
CS0178 Invalid rank specifier: expected ',' or ']'
CS0186 Use of null is not valid in this context
CS0200 Property or indexer '{}' cannot be assigned to -- it is read only
CS0201 Only assignment, call, increment, decrement, and new object expressions can be used as a statement
CS0208 Cannot take the address of, get the size of, or declare a pointer to a managed type ('{}')
CS0220 The operation overflows at compile time in checked mode
CS0221 Constant value '{}' cannot be converted to a '{}' (use 'unchecked' syntax to override)
CS0230 Type and identifier are both required in a foreach statement
CS0233 '{}' does not have a predefined size, {}
CS0234 The type or namespace name '{}' does not exist in the namespace '{}'
CS0246 The type or namespace name '{}' could not be found
CS0248 Cannot create an array with a negative size
CS0266 Cannot implicitly convert type '{}' to '{}'. An explicit conversion exists (are you missing a cast?)
CS0029 Cannot implicitly convert type '{}' to '{}'
CS0283 The type '{}' cannot be declared const
CS0305 Using the generic {} '{}' requires {}type arguments
CS0306 The type '{}' may not be used as a type argument
CS0308 The non-generic {} '{}' cannot be used with type arguments
CS0311 The type '{}' cannot be used as type parameter '{}' in the generic type or method '{}'. There is no implicit {}
CS0315 The type '{}' cannot be used as type parameter '{}' in the generic type or method '{}'. There is no boxing {}
CS0407 '{}' has the wrong return type
CS0411 The type arguments for method '{}' cannot be inferred from the usage. {}
CS0428 Cannot convert method group '{}' to non-delegate type '{}'. Did you intend to invoke the method?
CS0443 Syntax error; value expected
CS0446 Foreach cannot operate on a '{}'. Did you intend to invoke the '{}'?
CS0453 The type '{}' must be a non-nullable value type in order to use it as parameter '{}' in the generic {}
CS0463 Evaluation of the decimal constant expression failed
CS0594 Floating-point constant is outside the range of type '{}'
CS0622 Can only use array initializer expressions to assign to array types. Try using a new expression instead.
CS0623 Array initializers can only be used in a variable or field initializer. Try using a new expression instead.
CS0664 Literal of type double cannot be implicitly converted to type '{}'; use an '{}' suffix to create a literal of {}
CS0712 Cannot create an instance of the static class '{}'
CS0724 A throw statement with no arguments is not allowed in a finally clause that is nested inside the {}
CS0746 Invalid anonymous type member declarator. Anonymous type members must be declared with a member {}
CS0747 Invalid initializer member declarator
CS0748 Inconsistent lambda parameter usage; parameter types must be all explicit or all implicit
CS0815 Cannot assign {} to an implicitly-typed variable
CS0818 Implicitly-typed variables must be initialized
CS0819 Implicitly-typed variables cannot have multiple declarators
CS0820 Cannot initialize an implicitly-typed variable with an array initializer
CS0822 Implicitly-typed variables cannot be constant
CS0825 The contextual keyword 'var' may only appear within a local variable declaration or in script code
CS0826 No best type found for implicitly-typed array
CS0828 Cannot assign '{}' to anonymous type property
CS0833 An anonymous type cannot have multiple properties with the same name
CS0837 The first operand of an 'is' or 'as' operator may not be a {}
CS0841 Cannot use local variable '{}' before it is declared
CS0847 An array initializer of length '{}' is expected
CS1001 Identifier expected
CS1002 ; expected
CS1003 Syntax error, '{}' expected{}
CS1009 Unrecognized escape sequence
CS1010 Newline in constant
CS1011 Empty character literal
CS1012 Too many characters in character literal
CS1013 Invalid number
CS1017 Catch clauses cannot follow the general catch clause of a try statement
CS1021 Integral constant is too large
CS1023 Embedded statement cannot be a declaration or labeled statement
CS1026 ) expected
CS1031 Type expected
CS1039 Unterminated string literal
CS1059 The operand of an increment or decrement operator must be a variable, property or indexer
CS1061 '{}' does not contain a definition for '{}' and no {} accepting a first argument of type '{}' could be found
CS1073 Unexpected token '{}'
CS1501 No overload for method '{}' takes {} arguments
CS1503 Argument {}: cannot convert from '{}' to '{}'
CS1510 A ref or out value must be an assignable variable
CS1513 } expected
CS1514 { expected
CS1524 Expected catch or finally
CS1525 Invalid expression term '{}'
CS1526 A new expression requires (), [], or {} after type
CS1547 Keyword 'void' cannot be used in this context
CS1579 foreach statement cannot operate on variables of type '{}' because '{}' does not contain a public {}
CS1586 Array creation must have array size or array initializer
CS1593 Delegate '{}' does not take {} arguments
CS1643 Not all code paths return a value in lambda expression{}
CS1656 Cannot assign to '{}' because it is a '{}'
CS1657 Cannot use '{}' as a ref or out value because it is a '{}'
CS1660 Cannot convert lambda expression to type '{}' because it is not a delegate type
CS1661 Cannot convert lambda expression to delegate type '{}' because the parameter types do not match the delegate {}
CS1729 '{}' does not contain a constructor that takes {} arguments
CS1733 Expected expression
CS1738 Named argument specifications must appear after all fixed arguments{}
CS1739 The best overload for '{}' does not have a parameter named '{}'
CS1744 Named argument '{}' specifies a parameter for which a positional argument has already been given
CS1912 Duplicate initialization of member '{}'
CS1920 Element initializer cannot be empty
CS1929 '{}' does not contain a definition for '{}' and the best extension method overload '{}' requires a receiver of {}
CS1955 Non-invocable member '{}' cannot be used like a method.
CS4010 Cannot convert async lambda expression to delegate type '{}'. {}
CS7003 Unexpected use of an unbound generic name
CS7036 There is no argument given that corresponds to the required formal parameter '{}' of '{}'
CS8030 Anonymous function converted to a void returning delegate cannot return a value
CS8070 Control cannot fall out of switch from final case label ('{}')
CS8081 Expression does not have a name.
CS8115 A throw expression is not allowed in this context.
CS8117 Invalid operand for pattern match; value required, but found '{}'.
CS8120 The switch case has already been handled by a previous case.
CS8121 An expression of type '{}' cannot be handled by a pattern of type '{}'.
CS8076 Missing close delimiter '}' for interpolated expression started with '{'.
CS8077 A single-line comment may not be used in an interpolated string.
CS8082 Sub-expression cannot be used in an argument to nameof.
CS8084 Type parameters are not allowed on a method group as an argument to 'nameof'.
CS8086 A '{}' character must be escaped (by doubling) in an interpolated string.
CS8087 A '{}' character may only be escaped by doubling '{}' in an interpolated string.
CS8088 A format specifier may not contain trailing whitespace.
CS8089 Empty format specifier.
CS8093 Extension method groups are not allowed as an argument to 'nameof'.
CS8310 Operator '{}' cannot be applied to operand '{}'
CS8312 Use of default literal is not valid in this context
CS8315 Operator '{}' is ambiguous on operands '{}' and '{}'
CS8130 Cannot infer the type of implicitly-typed deconstruction variable '{}'.
"""


def numbered(mistake: str) -> str:
    """The mistake with C#'s number in front, "CS0103: The name 'x' ..."; a hint may follow its text."""
    number = _number(mistake)
    return f"{number}: {mistake}" if number else mistake


def _number(mistake: str) -> str:
    fitting = [(len(text), number) for number, text, pattern in _patterns() if pattern.match(mistake)]
    return max(fitting, default=(0, ""))[1]


@cache
def _patterns() -> list[tuple[str, str, re.Pattern[str]]]:
    """Compiled at the first mistake: a document without any needs none."""
    lines = [line.partition(" ") for line in _TEXTS.strip().splitlines()]
    return [
        (number, text, re.compile(re.escape(text).replace(r"\{\}", ".*?") + r"(?:\.? |$)")) for number, _, text in lines
    ]
