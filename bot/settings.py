"""Settings: from the environment and ``.env``, frozen, every one described.

The descriptions are the documentation: the README's table and ``.env.example`` are held to them by tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.secrecy import within_address
from retrieval.errors import Misconfigured
from retrieval.ingest.address import PORTS

Port = Annotated[int, Field(ge=1, le=65_535)]


class Settings(BaseSettings):
    """What an operator can set. A secret never shows in ``repr`` or a log."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    discord_token: SecretStr | None = Field(
        None,
        alias="DISCORD_TOKEN",
        description="The bot's token, from the Discord developer portal. Only `run` needs it.",
    )
    data: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_data_path("rejoinder", appauthor=False),
        alias="REJOINDER_DATA",
        description="Folder of the library (records and index). By default the user's data folder for `rejoinder`.",
    )
    test_guilds: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        alias="REJOINDER_TEST_GUILDS",
        description="Server ids, comma separated, that get new commands at once while developing.",
    )
    asks_per_minute: int = Field(
        6, alias="REJOINDER_ASKS_PER_MINUTE", ge=1, le=600, description="Questions that one member may ask in a minute."
    )
    keep_days: int = Field(
        90,
        alias="REJOINDER_KEEP_DAYS",
        ge=1,
        description="Days for which the bot keeps answers, so that their buttons work; older ones are deleted.",
    )
    fetch_ports: Annotated[tuple[Port, ...], NoDecode] = Field(
        tuple(sorted(PORTS)),
        alias="REJOINDER_FETCH_PORTS",
        min_length=1,
        description="Ports, comma separated, that links and their redirects may lead to.",
    )
    chat_model: str = Field(
        "",
        alias="REJOINDER_CHAT_MODEL",
        description="Model that writes answers, such as openai:gpt-5-mini; empty means embedded answers.",
    )
    openai_key: SecretStr | None = Field(
        None,
        alias="OPENAI_API_KEY",
        description="Key for chat model and embeddings; a server of your own may need none.",
    )
    openai_url: str | None = Field(
        None,
        alias="OPENAI_BASE_URL",
        repr=False,  # it may hold a user and a password
        description="Address of any OpenAI-compatible server, ending in /v1.",
    )
    chat_seconds: float = Field(
        20.0,
        alias="REJOINDER_CHAT_SECONDS",
        ge=1,
        le=120,
        description="Seconds for a whole written answer; then the embedded one is given.",
    )
    chat_tokens: int = Field(
        200_000,
        alias="REJOINDER_CHAT_TOKENS_PER_DAY",
        ge=0,
        description="Tokens of the chat model that one server may use in a day (UTC); 0 means no limit.",
    )
    chat_money: float | None = Field(
        None,
        alias="REJOINDER_CHAT_MONEY_PER_DAY",
        ge=0,
        description="The same in money, in the currency of the two prices; empty means no limit.",
    )
    price_read: float = Field(
        0.0, alias="REJOINDER_CHAT_PRICE_READ", ge=0, description="Price of a million tokens that the model reads."
    )
    price_written: float = Field(
        0.0, alias="REJOINDER_CHAT_PRICE_WRITTEN", ge=0, description="Price of a million tokens that it writes."
    )
    embeddings: str = Field(
        "embedded",
        alias="REJOINDER_EMBEDDINGS",
        description="Whose vectors the search by meaning uses: embedded, or a model such as "
        "openai:text-embedding-3-small at OPENAI_BASE_URL.",
    )
    embeddings_seconds: float = Field(
        3.0,
        alias="REJOINDER_EMBEDDINGS_SECONDS",
        ge=0.1,
        le=60,
        description="Seconds that a question waits for the embeddings server; then it is searched by its words alone.",
    )
    embeddings_price: float | None = Field(
        None,
        alias="REJOINDER_EMBEDDINGS_PRICE",
        ge=0,
        description="Price of a million embedded tokens, for estimates; empty means openai's list price where known.",
    )
    threads: int = Field(
        0,
        alias="REJOINDER_THREADS",
        ge=0,
        le=256,
        description="CPU threads for the embedded models; 0: all cores.",
    )
    models: Path | None = Field(
        None,
        alias="REJOINDER_MODELS",
        description="Folder with another embedder or judge (manifest.json, ONNX models, tokenizers); empty means ours.",
    )
    log_level: str = Field(
        "WARNING",
        alias="REJOINDER_LOG_LEVEL",
        description="How much the log says: DEBUG, INFO, WARNING or ERROR. `run` says INFO by itself.",
    )

    @field_validator("test_guilds", "fetch_ports", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that nobody but their owner may see, for whoever keeps them out of the log."""
        held = [one.get_secret_value() for one in (self.discord_token, self.openai_key) if one]
        return (*held, *within_address(self.openai_url or ""))

    @classmethod
    def load(cls, env_file: Path | str | None = ".env") -> Self:
        """Read the environment and ``env_file``.

        Raises:
            Misconfigured: a value is not usable; the sentence names the setting.
        """
        settings, faults = cls.survey(env_file)
        if faults:
            raise Misconfigured(faults[0])
        return settings

    @classmethod
    def survey(cls, env_file: Path | str | None = ".env") -> tuple[Self, tuple[str, ...]]:
        """The settings, with defaults for those that cannot be used, and one sentence for each of these.

        Raises:
            Misconfigured: ``env_file`` itself cannot be read.
        """
        try:
            return cls(_env_file=env_file), ()
        except ValidationError as error:
            wrong = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
        except (OSError, UnicodeDecodeError):
            raise Misconfigured(f"{env_file} cannot be read: it must be a text file in UTF-8.") from None
        fields = {str(field.alias): field for field in cls.model_fields.values()}
        defaults: dict[str, Any] = {name: fields[name].get_default(call_default_factory=True) for name in wrong}
        faults = tuple(f"The setting {name} cannot be used: it must be {_wanted(fields[name])}." for name in wrong)
        return cls(_env_file=env_file, **defaults), faults


def _wanted(field: FieldInfo) -> str:
    """What a setting takes, in plain words: "a whole number from 0 to 256"."""
    if field.alias == "REJOINDER_LOG_LEVEL":
        return "DEBUG, INFO, WARNING or ERROR"
    if field.alias == "REJOINDER_TEST_GUILDS":
        return "server ids (whole numbers), separated by commas"
    if field.alias == "REJOINDER_FETCH_PORTS":
        return "ports (whole numbers from 1 to 65535), separated by commas"
    if field.annotation is int:
        what = "a whole number"
    elif field.annotation in {float, float | None}:
        what = "a number"
    else:
        return "text that can be read as it is"
    limits = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}
    if "le" in limits:
        return f"{what} from {limits['ge']:g} to {limits['le']:g}"
    return f"{what}, {limits['ge']:g} or more"
