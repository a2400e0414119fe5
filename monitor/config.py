"""TOML text → typed Config: strict, with all problems at once, each with its key path.

An unknown key is an error with a suggestion, since a mistyped key that is ignored is an alert
that never comes. Secrets are never in the file: it names the environment variable or the file.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from monitor.errors import ConfigError, ConfigProblem
from monitor.extract.opinion import is_installed
from monitor.extract.selectors import check_droppable, check_selector
from monitor.model import Chat, Selectors, Source, SourceKind
from monitor.urls import host, is_web

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZES = {"kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def parse_duration(value: object) -> timedelta:
    """Read ``"5m"``, ``"1h30m"``, ``"500ms"`` or ``"7d"``; raises ValueError that shows how."""
    text = value if isinstance(value, str) else ""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if not parts or "".join(n + u for n, u in parts) != text.replace(" ", ""):
        raise ValueError(f'{value!r} is not a time; write it like "30s", "5m", "1h30m" or "7d"')
    return timedelta(seconds=sum(float(n) * _UNITS[u] for n, u in parts))


def parse_size(value: object) -> int:
    """Read ``"10MB"`` or ``"500kB"`` as bytes; raises ValueError that shows how."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kKMG]B)", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'{value!r} is not a size; write it like "500kB" or "10MB"')
    return int(float(found[1]) * _SIZES[found[2]])


def _network(value: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(value))
    except ValueError as error:
        raise ValueError(f'{error}; write a network like "10.20.0.0/16" or one address') from None


def _web(value: str) -> str:
    if not is_web(value):
        raise ValueError(f"{value!r} is not an http:// or https:// address")
    return value


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value):
        raise ValueError(f"{value!r} may only have lower-case letters, digits, - and _")
    return value


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than zero")
    return value


def _has_trafilatura(value: bool) -> bool:  # noqa: FBT001 - called by pydantic
    if value and not is_installed():
        raise ValueError(
            "trafilatura is not installed; install the extra "
            "(pip install 'media-monitor[trafilatura]'), or write trafilatura = false"
        )
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Interval = Annotated[timedelta, BeforeValidator(parse_duration), AfterValidator(_positive)]
Size = Annotated[int, BeforeValidator(parse_size)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Url = Annotated[str, AfterValidator(_web)]
Slug = Annotated[str, AfterValidator(_slug)]
Count = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreConfig(_Section):
    """Where everything is remembered."""

    path: str = "monitor.db"


class RulesConfig(_Section):
    """Where the rule files are."""

    path: str = "rules"


class NetworkConfig(_Section):
    """How pages and feeds are fetched."""

    user_agent: str = "media-monitor/0.1"
    contact: str = ""  # an address or URL for publishers, added to the User-Agent
    allow: tuple[Network, ...] = ()
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (80, 443)
    obey_robots: bool = True
    host_gap: Duration = timedelta(seconds=2)
    concurrency: Annotated[int, Field(ge=1, le=200)] = 16
    redirects: Count = 5
    max_body: Size = 10_000_000
    connect_timeout: Interval = timedelta(seconds=10)
    read_timeout: Interval = timedelta(seconds=15)
    total_timeout: Interval = timedelta(seconds=30)


class PollingConfig(_Section):
    """When sources are polled and how their documents are read."""

    every: Interval = timedelta(minutes=5)
    shortest: Interval = timedelta(minutes=1)
    longest: Interval = timedelta(hours=24)
    first_poll_newest: Count = 0
    gap: Interval = timedelta(days=7)
    page_attempts: Annotated[int, Field(ge=1)] = 3
    parse_timeout: Interval = timedelta(seconds=5)
    workers: Annotated[int, Field(ge=1, le=64)] = 2


class ExtractConfig(_Section):
    """How articles are read from their pages."""

    learn_boilerplate: bool = True
    trafilatura: Annotated[bool, AfterValidator(_has_trafilatura)] = False


class DeliveryConfig(_Section):
    """When alerts go out and how hard it is tried."""

    first_wait: Duration = timedelta(seconds=20)
    attempts: Annotated[int, Field(ge=1)] = 12
    lease: Interval = timedelta(seconds=90)
    longest_wait: Interval = timedelta(minutes=5)


class TelegramConfig(_Section):
    """The Telegram bot; it is used when its token is found."""

    token_env: str = "MONITOR_TELEGRAM_TOKEN"  # noqa: S105 - a variable's name
    token_file: str | None = None
    api_base_url: Url = "https://api.telegram.org"
    commands: bool = True
    timeout: Interval = timedelta(seconds=30)
    messages_per_second: Rate = 25
    chat_messages_per_second: Rate = 1
    group_messages_per_minute: Rate = 18


class ChatConfig(_Section):
    """One destination of alerts."""

    channel: Literal["telegram", "console"]
    id: Annotated[int, Field(strict=True)] | None = None
    topic: int | None = None
    default: bool = False
    operator: bool = False

    @model_validator(mode="after")
    def _has_what_its_channel_needs(self) -> Self:
        if self.channel == "telegram" and self.id is None:
            raise ValueError(
                "a Telegram chat needs its `id`, a number; send /start to your bot from that chat "
                "and it answers with it"
            )
        if self.channel == "console" and (self.id is not None or self.topic is not None):
            raise ValueError("the console has no `id` and no `topic`; remove them")
        return self


def _several(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f'must be a list, also of one; write ["{value}"]')
    return value


Css = Annotated[str, AfterValidator(check_selector)]
DroppedCss = Annotated[str, AfterValidator(check_droppable)]


class SelectorsConfig(_Section):
    """Where the parts of a source's pages stand."""

    title: Css | None = None
    body: Css | None = None
    date: Css | None = None
    drop: Annotated[tuple[DroppedCss, ...], BeforeValidator(_several)] = ()


class SourceConfig(_Section):
    """One place that is polled."""

    id: Slug
    kind: SourceKind
    url: Url
    outlet: str | None = None
    every: Interval | None = None
    lang: str | None = None
    country: str | None = None
    pages: bool = True
    selector: Css | None = None
    selectors: SelectorsConfig | None = None
    first_poll_newest: Count | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind is SourceKind.FEED and self.selector is not None:
            raise ValueError('`selector` is for `kind = "listing"`; a feed lists its own entries')
        if self.selectors is not None and not self.pages:
            raise ValueError("`selectors` are for its pages, which `pages = false` leaves unread")
        if self.kind is SourceKind.LISTING and not self.pages:
            raise ValueError("`pages = false` needs a feed: a listing has no text of its own")
        return self


class LogConfig(_Section):
    """What is logged, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


class _File(_Section):
    store: StoreConfig = StoreConfig()
    rules: RulesConfig = RulesConfig()
    network: NetworkConfig = NetworkConfig()
    polling: PollingConfig = PollingConfig()
    extract: ExtractConfig = ExtractConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    telegram: TelegramConfig = TelegramConfig()
    log: LogConfig = LogConfig()
    chats: Mapping[Slug, ChatConfig] = {}
    source: tuple[SourceConfig, ...] = ()


class Config(_File):
    """A configuration without problems. ``path`` is the file it came from, for messages."""

    path: str = "config.toml"

    def sources(self) -> tuple[Source, ...]:
        """The configured sources, with the defaults of ``[polling]`` filled in."""
        return tuple(self._source(s) for s in self.source)

    def _source(self, source: SourceConfig) -> Source:
        newest = source.first_poll_newest
        return Source(
            id=source.id,
            kind=source.kind,
            url=source.url,
            outlet=source.outlet or host(source.url),
            every=max(source.every or self.polling.every, self.polling.shortest),
            lang=source.lang,
            country=source.country,
            pages=source.pages,
            selector=source.selector,
            selectors=_selectors(source.selectors),
            first_poll_newest=self.polling.first_poll_newest if newest is None else newest,
        )

    def destinations(self) -> tuple[Chat, ...]:
        """The configured chats, as they are addressed on their own channels."""
        return tuple(
            Chat(
                name=name,
                channel=chat.channel,
                address="" if chat.id is None else str(chat.id),
                topic=chat.topic,
                default=chat.default,
                operator=chat.operator,
            )
            for name, chat in self.chats.items()
        )


def _selectors(config: SelectorsConfig | None) -> Selectors | None:
    if config is None:
        return None
    return Selectors(
        title=config.title or "",
        body=config.body or "",
        date=config.date or "",
        drop=config.drop,
    )


def parse_config(text: str, path: str) -> Config:
    """Read a configuration; raises ConfigError with every problem that it has."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, (ConfigProblem("TOML", str(error)),)) from None
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        problems = tuple(_problem(e, data) for e in error.errors(include_url=False))
        raise ConfigError(path, problems) from None
    problems = tuple(_doubles(file))
    if problems:
        raise ConfigError(path, problems)
    return Config(path=path, **{name: getattr(file, name) for name in _File.model_fields})


def _doubles(file: _File) -> Iterator[ConfigProblem]:
    """Two sources with one id or one address would poll the same place twice."""
    for what in ("id", "url"):
        first: dict[str, int] = {}
        for number, source in enumerate(file.source):
            value = getattr(source, what)
            if value in first:
                message = f"{value!r} is also that of source {first[value] + 1}; keep one of them"
                yield ConfigProblem(f"source {number + 1}.{what}", message)
            first.setdefault(value, number)


def _problem(error: Mapping[str, Any], data: Mapping[str, Any]) -> ConfigProblem:
    where = [part for part in error["loc"] if part != "[key]"]
    key = _key_path(where, data)
    if error["type"] == "extra_forbidden":
        return ConfigProblem(key, _unknown_key(where))
    if error["type"] == "missing":
        choices = 'write kind = "feed" or kind = "listing"' if where[-1] == "kind" else ""
        return ConfigProblem(key, f"is missing; {choices}" if choices else "is missing")
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] in ("enum", "literal_error"):
        message = f"{error['input']!r} is not known; write {error['ctx']['expected']}"
    elif error["type"].endswith(("_type", "_parsing")):
        message = f"{message}, not {error['input']!r}"
    return ConfigProblem(key, message[0].lower() + message[1:])


def _key_path(where: list[int | str], data: Mapping[str, Any]) -> str:
    """``network.ports[0]``; a source goes by its id, where it has one."""
    if where[:1] == ["source"] and len(where) > 1 and isinstance(where[1], int):
        source = data["source"][where[1]]
        if isinstance(source, dict) and isinstance(source.get("id"), str):
            return f"source {source['id']!r}" + _path(where[2:])
    return _path(where).removeprefix(".")


def _path(where: list[int | str]) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in where)


def _unknown_key(where: list[int | str]) -> str:
    key, model = str(where[-1]), _model_at(where[:-1])
    if key in ("token", "password", "secret"):
        return "secrets are not written here; use `token_env` or `token_file`"
    known = list(model.model_fields) if model else []
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    if close:
        return f"unknown key; did you mean `{close[0]}`?"
    return f"unknown key; known here: {', '.join(known)}"


def _model_at(where: list[int | str]) -> type[BaseModel] | None:
    tables: dict[Any, type[BaseModel]] = {"chats": ChatConfig, "source": SourceConfig}
    if not where:
        return _File
    if where[0] in tables:
        return SelectorsConfig if "selectors" in where else tables[where[0]]
    default = _File.model_fields[str(where[0])].default if where[0] in _File.model_fields else None
    return type(default) if isinstance(default, BaseModel) else None
