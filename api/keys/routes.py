"""``/keys``: machine keys, made and taken away by whoever has the scope ``admin``."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Security
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.access import Principal, Scope, digest, made_key
from api.deps import Administrator, Served, Services, authorise
from api.errors import Forbidden, documented
from api.pagination import page
from api.params import IDENTIFIER
from api.schema import Answer, NextPage
from vision.access import AccessKey
from vision.errors import Conflict

router = APIRouter(
    prefix="/keys", tags=["keys"], dependencies=[Security(authorise, scopes=[Scope.ADMIN])]
)
KeyName = Annotated[str, Path(pattern=IDENTIFIER, description="Who the key was made for")]
_Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
_MAKING = documented(
    HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
)


class KeyRequest(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Identifier
    scopes: frozenset[Scope] = Field(min_length=1)
    windows: Annotated[frozenset[_Identifier], Field(min_length=1)] | None = Field(
        default=None, description="The windows that it may see; null for all"
    )


class KeyAnswer(Answer):
    """A key, without the key itself."""

    name: str
    scopes: list[Scope]
    windows: list[str] | None


class NewKey(KeyAnswer):
    """A key that was just made; it is told only here, only now."""

    key: str


class KeyPage(Answer):
    """Every stored key."""

    items: list[KeyAnswer]
    next: NextPage


@router.get("", response_model=KeyPage)
def keys(request: Request, served: Served) -> JSONResponse:
    """Every key but that of the environment."""
    return page(request, [_shown(key) for key in served.store.access_keys()], None)


@router.post("", response_model=NewKey, status_code=HTTPStatus.CREATED, responses=_MAKING)
def make_key(wanted: KeyRequest, served: Served, principal: Administrator) -> JSONResponse:
    """Make a key. It is told in this answer and kept nowhere.

    It reaches no farther than the key that makes it.
    """
    key = new_key(served, principal, wanted)
    stored = next(one for one in served.store.access_keys() if one.name == wanted.name)
    return JSONResponse(_shown(stored) | {"key": key}, HTTPStatus.CREATED)


def new_key(served: Services, principal: Principal, wanted: KeyRequest) -> str:
    """Make and store a key; returns it, which is kept nowhere.

    Raises:
        Forbidden: If it would reach farther than the one that makes it.
        Conflict: If there is one with that name.
    """
    _within(principal, wanted)
    if any(key.name == wanted.name for key in served.store.access_keys()):
        raise Conflict(f"there is a key '{wanted.name}' already; take it away first")
    key = made_key()
    stored = AccessKey(wanted.name, digest(key), tuple(sorted(wanted.scopes)), wanted.windows)
    served.keys.save(stored)
    scopes = sorted(scope.value for scope in wanted.scopes)
    served.note("key_made", principal, f"key:{wanted.name}", scopes=scopes)
    return key


@router.delete(
    "/{name}",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=documented(HTTPStatus.NOT_FOUND),
)
def drop_key(name: KeyName, served: Served, principal: Administrator) -> Response:
    """Take a key away; it opens nothing from the next request on."""
    served.keys.drop(name)
    served.note("key_dropped", principal, f"key:{name}")
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _within(principal: Principal, wanted: KeyRequest) -> None:
    reach = wanted.windows or frozenset()
    beyond = principal.windows is not None and not (reach and reach <= principal.windows)
    if beyond or not wanted.scopes <= principal.scopes:
        raise Forbidden("a key can only be made for windows and scopes within one's own reach")


def _shown(key: AccessKey) -> dict[str, object]:
    windows = None if key.windows is None else sorted(key.windows)
    return {"name": key.name, "scopes": list(key.scopes), "windows": windows}
