"""Who is told of events: what a site may write under ``sinks:``."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator

from vision.config.base import Config
from vision.config.rules import Number, Share
from vision.errors import UsageError

HOOK_SCHEMES = ("http", "https")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Change = Literal["opened", "updated", "closed"]


def filled(secret: SecretStr, owner: str, environment: Mapping[str, str]) -> str:
    """The text with its ``${NAME}`` parts taken from the environment. Never log it.

    Raises:
        UsageError: If a variable is not set; names ``owner`` and the variable.
    """
    text = secret.get_secret_value()
    for name in _VARIABLE.findall(text):
        if name not in environment:
            raise UsageError(f"{owner}: environment variable {name} is not set")
    return _VARIABLE.sub(lambda found: environment[found[1]], text)


class Audience(Config):
    """What every kind of receiver may write: which events it hears of.

    Attributes:
        id: Names the receiver in logs and in the outbox; left out, the kind does.
        rules: Rule ids; empty means all.
        windows: Window ids; empty means all.
        min_score: Events below are not told of.
        on: Changes that are told of.
        tries: Attempts before a message is laid aside as a dead letter.
    """

    kind: str
    id: Annotated[str, Field(pattern=_ID)] | None = None
    rules: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    min_score: Share = 0.0
    on: tuple[Change, ...] = ("opened", "closed")
    tries: Annotated[int, Field(ge=1, le=1000)] = 50

    @property
    def name(self) -> str:
        """The id, or else the kind."""
        return self.id or self.kind


class WebhookSink(Audience):
    """A receiver of HTTP requests.

    Attributes:
        url: Where to post, http or https; ``${NAME}`` is taken from the environment.
        secret: Signs each request; also the signing secret of a DingTalk robot.
        template: Plain JSON, or the message of a WeCom or DingTalk robot.
        timeout_s: Longest wait for an answer.
    """

    kind: Literal["webhook"]
    url: SecretStr
    secret: SecretStr | None = None
    template: Literal["json", "wecom", "dingtalk"] = "json"
    timeout_s: Annotated[Number, Field(gt=0, le=60)] = 10.0

    @field_validator("url")
    @classmethod
    def _allowed_scheme(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not text.startswith("${") and text.partition(":")[0].lower() not in HOOK_SCHEMES:
            raise ValueError("expected a URL that begins with http: or https:")
        return value

    def address(self, environment: Mapping[str, str] = os.environ) -> str:
        """The URL with its variables filled in. May hold a token: never log it.

        Raises:
            UsageError: If a variable is not set or the scheme is barred.
        """
        text = filled(self.url, f"sink {self.name}", environment)
        if text.partition(":")[0].lower() not in HOOK_SCHEMES:
            raise UsageError(f"sink {self.name}: expected a URL that begins with http: or https:")
        return text

    def key(self, environment: Mapping[str, str] = os.environ) -> str | None:
        """The secret with its variables filled in; None without one."""
        if self.secret is None:
            return None
        return filled(self.secret, f"sink {self.name}", environment)


class MqttSink(Audience):
    """An MQTT 5 broker.

    Attributes:
        tls: Whether to encrypt; the broker's certificate is checked against the system's store.
        prefix: First levels of every topic.
    """

    kind: Literal["mqtt"]
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65_535)] = 1883
    tls: bool = False
    username: str | None = None
    password: SecretStr | None = None
    prefix: Annotated[str, Field(pattern=r"^[^+#\s/]+(/[^+#\s/]+)*$")] = "deportment"

    def key(self, environment: Mapping[str, str] = os.environ) -> str | None:
        """The password with its variables filled in; None without one."""
        if self.password is None:
            return None
        return filled(self.password, f"sink {self.name}", environment)


SinkConfig = Annotated[WebhookSink | MqttSink, Field(discriminator="kind")]


def repeated_names(sinks: Iterable[WebhookSink | MqttSink]) -> list[int]:
    """Positions of sinks whose name another one before them has."""
    names: set[str] = set()
    found = []
    for number, sink in enumerate(sinks):
        if sink.name in names:
            found.append(number)
        names.add(sink.name)
    return found
