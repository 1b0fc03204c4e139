"""The manifest of a model folder: which files serve as embedder and judge, and the hashes they must have.

Rejoinder ships such a folder (`retrieval/models`). Any other folder of the same form can be named instead. A judge made
from a published entailment model, say, which reads the passage first and has no relevance output::

    my-models/manifest.json
    {"judge": {"id": "entailment-base-1", "file": "model.onnx", "sha256": "9f2c...", "tokenizer": "tokenizer.json",
               "tokenizer_sha256": "41d0...", "max_tokens": 256, "temperature": 1.0, "side_threshold": 0.8,
               "relevance_threshold": 0.5, "stance_output": "logits", "labels": ["refutes", "neutral", "supports"],
               "relevance_output": null, "claim_first": false}}

Fields that a manifest adds beside these are kept for its readers and ignored here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from retrieval.errors import Misconfigured
from retrieval.types import Stance

SHIPPED = Path(__file__).resolve().parent.parent / "models"
"""The folder of the models that come with Rejoinder."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class ModelEntry(BaseModel):
    """One ONNX model with its tokenizer. The paths ``file`` and ``tokenizer`` are relative to ``folder``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    folder: Path = Path()
    """Where the manifest was read; set by `Manifest.load`."""
    id: Annotated[str, Field(min_length=1)]
    file: str
    sha256: Digest
    tokenizer: str
    tokenizer_sha256: Digest
    max_tokens: Annotated[int, Field(ge=8)]
    """Longer inputs are cut, special tokens included."""

    @field_validator("file", "tokenizer")
    @classmethod
    def _inside(cls, value: str) -> str:
        if Path(value).is_absolute() or ".." in Path(value).parts:
            raise ValueError("must be a path inside the model folder")
        return value

    def model_bytes(self) -> bytes:
        """The model file's content.

        Raises:
            Misconfigured: It is missing, or it is not the file that the manifest describes.
        """
        return _verified(self.folder / self.file, self.sha256)

    def tokenizer_bytes(self) -> bytes:
        """The tokenizer file's content, checked like the model."""
        return _verified(self.folder / self.tokenizer, self.tokenizer_sha256)


class EmbedderEntry(ModelEntry):
    """A model that turns one text into one vector."""

    dimensions: Annotated[int, Field(ge=1)]
    query_prefix: str = ""
    passage_prefix: str = ""
    output: str = "embedding"
    """Shape (n, dimensions), or (n, tokens, dimensions), which is averaged over the tokens."""


class JudgeEntry(ModelEntry):
    """A model that reads a claim and a passage."""

    temperature: Annotated[float, Field(gt=0.0)] = 1.0
    """Stance logits are divided by it (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017)."""
    side_threshold: Probability
    """Least probability at which a passage is shown as refuting or supporting."""
    relevance_threshold: Probability
    """Least relevance at which a passage is shown at all."""
    stance_output: str = "stance"
    labels: tuple[Stance, Stance, Stance] = (Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL)
    """What the three columns of the stance output mean."""
    relevance_output: str | None = "relevance"
    """Logits of shape (n,); without it relevance is 1 - P(neutral)."""
    claim_first: bool = True

    @field_validator("labels")
    @classmethod
    def _each_once(cls, value: tuple[Stance, Stance, Stance]) -> tuple[Stance, Stance, Stance]:
        if set(value) != set(Stance):
            raise ValueError("must name refutes, supports and neutral, each once")
        return value


class Manifest(BaseModel):
    """What a model folder offers; a part that it lacks is None."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    embedder: EmbedderEntry | None = None
    judge: JudgeEntry | None = None

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Self:
        """Read ``folder/manifest.json``. Model files are checked when they are loaded, not here.

        Raises:
            Misconfigured: No manifest there, or one that does not follow the format; says what is wrong.
        """
        path = folder / "manifest.json"
        try:
            read = cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise Misconfigured(
                f"No manifest.json can be read in {folder}: name a model folder that has one."
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise Misconfigured(f"{path} does not follow the format of a manifest: {place}: {first['msg']}.") from error
        here = {"folder": folder}
        return read.model_copy(
            update={
                "embedder": read.embedder and read.embedder.model_copy(update=here),
                "judge": read.judge and read.judge.model_copy(update=here),
            }
        )


def _verified(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"The model file {path} cannot be read: restore it, or name another model folder."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Misconfigured(f"{path} is not the file that its manifest describes, so it was not loaded: restore it.")
    return content
