"""Options as mitmproxy has them, read without a copy of what nobody can change."""

import pytest
from mitmproxy import exceptions
from mitmproxy.test import taddons

from apim_lab.proxy import uncopied_options


@pytest.fixture
def options():
    with taddons.context() as context:
        uncopied_options.install(context.master)
        yield context.master.options


def test_defaults_and_values_are_read(options):
    assert (options.listen_host, options.ssl_insecure, options.ignore_hosts) == ("", False, [])
    options.update(listen_host="::1", ignore_hosts=["a"])
    assert (options.listen_host, options.ignore_hosts) == ("::1", ["a"])


def test_a_list_may_be_changed_by_whoever_reads_it(options):
    options.update(ignore_hosts=["a"])
    options.ignore_hosts.append("c")
    assert options.ignore_hosts == ["a"]


def test_setting_and_rolling_back_stay_as_they_are(options):
    def refuse(updated: set[str]) -> None:
        raise exceptions.OptionsError("no")

    options.ssl_insecure = True
    options.changed.connect(refuse)
    with pytest.raises(exceptions.OptionsError):
        options.update(ssl_insecure=False)
    assert options.ssl_insecure is True


def test_an_unknown_option_is_no_attribute(options):
    with pytest.raises(AttributeError, match="No such option: htpp2"):
        _ = options.htpp2
