"""The ``sinks:`` section: strict, and no secret of it shows anywhere."""

import pytest

from tests.unit.config.site_files import BASE
from vision.config import MqttSink, WebhookSink, config_sha256, parse_site
from vision.errors import ConfigError, UsageError

SECRET = "s3cr3t-t0ken"
HOOK = "{kind: webhook, url: 'https://h/x'"


def with_sinks(text):
    return BASE + f"sinks: [{text}]\n"


MISTAKES = [
    ("{url: 'http://h'}", "6: sinks[0]: the key 'kind' is missing"),
    ("{kind: mail}", "6: sinks[0]: unknown 'kind'; expected 'webhook', 'mqtt'"),
    ("{kind: webhook}", "6: sinks[0].url: this key is missing"),
    ("{kind: mqtt}", "6: sinks[0].host: this key is missing"),
    ("{kind: webhook, url: 'ftp://h'}", "expected a URL that begins with http: or https:"),
    ("{kind: webhook, url: 'file:///etc/passwd'}", "expected a URL that begins with http"),
    (f"{HOOK}, templat: json}}", "sinks[0].templat: unknown key; did you mean 'template'?"),
    (f"{HOOK}, template: xml}}", "expected 'json', 'wecom' or 'dingtalk'"),
    (f"{HOOK}, prefix: a}}", "sinks[0].prefix: unknown key"),
    (f"{HOOK}, min_score: 2}}", "expected at most 1, got 2"),
    (f"{HOOK}, tries: 0}}", "expected at least 1, got 0"),
    (f"{HOOK}, on: [moved]}}", "expected 'opened', 'updated' or 'closed'"),
    (f"{HOOK}, rules: [smokin]}}", "sinks[0].rules: unknown rule 'smokin'; did you mean 'smoking'"),
    (f"{HOOK}, windows: [A1]}}", "sinks[0].windows: no window 'A1'; did you mean 'A01'?"),
    (f"{HOOK}}}, {HOOK}}}", "sinks[1]: the id 'webhook' stands twice"),
    ("{kind: mqtt, host: b, prefix: 'a/#'}", "sinks[0].prefix: "),
    ("{kind: mqtt, host: b, port: 0}", "expected at least 1, got 0"),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_mistakes_are_named(text, expected):
    with pytest.raises(ConfigError) as raised:
        parse_site(with_sinks(text))
    assert expected in str(raised.value)


def test_defaults():
    hook, broker = parse_site(with_sinks(f"{HOOK}}}, {{kind: mqtt, host: b}}")).sinks
    assert isinstance(hook, WebhookSink)
    assert (hook.name, hook.template, hook.key()) == ("webhook", "json", None)
    assert hook.on == ("opened", "closed")
    assert isinstance(broker, MqttSink)
    assert (broker.name, broker.port, broker.prefix) == ("mqtt", 1883, "deportment")


def test_variables_are_filled_in_when_asked_for():
    text = "{id: h, kind: webhook, url: '${URL}/send', secret: '${KEY}'}"
    sink = parse_site(with_sinks(text)).sinks[0]
    environment = {"URL": "https://h", "KEY": SECRET}
    assert (sink.address(environment), sink.key(environment)) == ("https://h/send", SECRET)
    with pytest.raises(UsageError, match="sink h: environment variable URL is not set"):
        sink.address({})
    with pytest.raises(UsageError, match="sink h: expected a URL that begins with http"):
        sink.address({"URL": "gopher://h"})


@pytest.mark.parametrize(
    "text",
    [
        f"{{kind: webhook, url: 'https://h/{SECRET}', secret: '{SECRET}'}}",
        f"{{kind: mqtt, host: b, password: '{SECRET}'}}",
    ],
)
def test_secrets_are_neither_shown_nor_hashed(text):
    site = parse_site(with_sinks(text))
    assert SECRET not in repr(site)
    assert SECRET not in site.model_dump_json()
    assert config_sha256(site) == config_sha256(parse_site(BASE))


def test_a_mistake_does_not_repeat_a_secret():
    with pytest.raises(ConfigError) as raised:
        parse_site(with_sinks(f"{{kind: webhook, url: 'gopher://u:{SECRET}@h', secret: [1]}}"))
    assert SECRET not in str(raised.value)
