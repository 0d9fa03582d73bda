"""What all configuration models share."""

from pydantic import BaseModel, ConfigDict


class Config(BaseModel):
    """Frozen, and closed: a key that nobody knows is a mistake, NaN is not a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
