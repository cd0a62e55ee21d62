import pytest

from apim_lab.tracing.usage import Usage
from apim_lab.watchers.gen_ai import model_of, operation_of, tokens_of


@pytest.mark.parametrize(
    ("path", "model", "operation"),
    [
        ("/openai/deployments/gpt-4o/chat/completions", "gpt-4o", "chat"),
        ("/openai/deployments/davinci/completions", "davinci", "text_completion"),
        ("/openai/deployments/ada/embeddings/", "ada", "embeddings"),
        ("/openai/deployments/gpt%2D4o/chat/completions", "gpt-4o", "chat"),
        ("/openai/deployments/dall-e/images/generations", "dall-e", ""),
        ("/openai/v1/responses", "", "chat"),
        ("/openai/v1/chat/completions", "", "chat"),
        ("/openai/deployments/", "", ""),
        ("/openai/deployments//chat/completions", "", "chat"),
        ("/", "", ""),
        ("", "", ""),
    ],
)
def test_the_path_tells_model_and_operation(make_call, path, model, operation):
    call = make_call(path=path)

    assert model_of(call) == model
    assert operation_of(call) == operation


def test_tokens_are_those_of_the_answer(make_call):
    assert tokens_of(make_call()) == ()
    assert tokens_of(make_call(usage=Usage(9, 12))) == (("input", 9), ("output", 12))


def test_an_impossible_number_of_tokens_is_bounded(make_call):
    assert tokens_of(make_call(usage=Usage(10**4000, 0))) == (("input", 2**53), ("output", 0))
