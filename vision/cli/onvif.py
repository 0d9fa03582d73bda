"""``deportment cameras discover`` and ``probe``: cameras that describe themselves by ONVIF."""

import json
import os
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vision.devices.choice import advice, choose, snippet
from vision.devices.description import Device, Found, Profile, StreamAddress
from vision.devices.target import Target
from vision.errors import MissingExtra, UsageError

PASSWORD = "DEPORTMENT_CAMERA_PASSWORD"  # noqa: S105 - the name of a variable
USER = "DEPORTMENT_CAMERA_USER"
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def discover(
    timeout: Annotated[
        float, typer.Option(min=0.5, max=60, help="Seconds to wait for answers.")
    ] = 3.0,
    interface: Annotated[
        list[str] | None,
        typer.Option(help="Address of this machine to search from; all, unless given."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Search the local network for cameras (WS-Discovery)."""
    try:
        from vision.devices.discovery import discover as search
    except ImportError as error:
        raise MissingExtra("onvif", "searching for cameras") from error
    found = search(timeout, interface or ())
    if as_json:
        typer.echo(_as_json([_found(one) for one in found]))
    elif found:
        table = Table("address", "name", "hardware", "scopes")
        for one in found:
            table.add_row(*(Text(cell) for cell in _row(one)))
        Console().print(table)
    if not found:
        typer.echo(
            f"no camera answered within {timeout:g} s: only those of this network do, and only "
            "with ONVIF switched on",
            err=True,
        )


def probe(
    address: Annotated[str, typer.Argument(help="Camera, such as 10.0.0.7 or 10.0.0.7:8080.")],
    user: Annotated[str | None, typer.Option(envvar=USER, help="ONVIF user.")] = None,
    timeout: Annotated[
        float, typer.Option(min=0.5, max=60, help="Seconds to wait for each answer.")
    ] = 8.0,
    as_json: Json = False,
) -> None:
    """Ask a camera what it is, which streams it has, and which of them to watch.

    The password is taken from DEPORTMENT_CAMERA_PASSWORD, else asked for.
    """
    target = Target.parse(address)
    try:
        from vision.devices.probe import probe as ask
        from vision.devices.soap import Login, Patience
    except ImportError as error:
        raise MissingExtra("onvif", "asking cameras") from error
    login = Login(user, _password(user)) if user else None
    device = ask(target, login, Patience(request_s=timeout))
    if as_json:
        typer.echo(_as_json(document(device)))
    else:
        show(device, Console())


def _password(user: str) -> str:
    """The user's password, from the environment or typed; never from the command line."""
    if (given := os.environ.get(PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageError(f"user '{user}' needs a password: put it into {PASSWORD}")
    return str(typer.prompt("password", hide_input=True, err=True))


def show(device: Device, console: Console) -> None:
    """What a camera said, for people."""
    for name, value in _facts(device):
        console.print(Text(f"{name:<13}{value}"))
    main, sub = choose(device.profiles)
    table = Table("profile", "codec", "size", "fps", "kbit/s", "key frame", "use")
    for one in device.profiles:
        use = "main" if one is main else "sub" if one is sub else ""
        table.add_row(*(Text(cell) for cell in (*_cells(one), use)))
    console.print(table)
    for one in device.profiles:
        for kind, place in (("stream", one.stream), ("snapshot", one.snapshot)):
            console.print(Text(f"{one.name} {kind}: {_place(place)}"), soft_wrap=True)
    for note in (*device.notes, *advice(device.profiles, main)):
        console.print(Text(f"note: {note}"), soft_wrap=True)
    if main is not None:
        console.print(Text(f"\nfor the site file:\n\n{snippet(device, main, sub)}"), soft_wrap=True)


def document(device: Device) -> dict[str, Any]:
    """What a camera said, for programs; what may be a password is masked."""
    main, sub = choose(device.profiles)
    told = asdict(device)
    told["profiles"] = [
        asdict(one) | {"stream": _address(one.stream), "snapshot": _address(one.snapshot)}
        for one in device.profiles
    ]
    told["notes"] = [*device.notes, *advice(device.profiles, main)]
    told["main"] = main.token if main else None
    told["sub"] = sub.token if sub else None
    told["snippet"] = snippet(device, main, sub) if main else None
    return told


def _address(place: StreamAddress | None) -> dict[str, str] | None:
    return None if place is None else {"url": place.shown, "refusal": place.refusal}


def _facts(device: Device) -> list[tuple[str, str]]:
    facts = [
        ("camera", f"{device.manufacturer} {device.model}".strip()),
        ("firmware", device.firmware),
        ("serial", device.serial),
        ("hardware", device.hardware),
    ]
    if device.clock_ahead_s is not None:
        facts.append(("clock", f"{device.clock_ahead_s:+.0f} s"))
    return [(name, value) for name, value in facts if value]


def _cells(one: Profile) -> tuple[str, ...]:
    return (
        one.name,
        one.codec,
        f"{one.width_px} x {one.height_px}",
        "" if one.fps is None else f"{one.fps:g}",
        "" if one.bitrate_kbps is None else str(one.bitrate_kbps),
        "" if one.key_every_s is None else f"{one.key_every_s:g} s",
    )


def _place(place: StreamAddress | None) -> str:
    if place is None:
        return "none"
    return f"{place.shown} (not used: {place.refusal})" if place.refusal else place.shown


def _found(one: Found) -> dict[str, Any]:
    return asdict(one)


def _row(one: Found) -> tuple[str, ...]:
    kept = [scope.removeprefix("onvif://www.onvif.org/") for scope in one.scopes]
    rest = [scope for scope in kept if not scope.startswith(("name/", "hardware/"))]
    return one.address, one.name, one.hardware, " ".join(rest)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
