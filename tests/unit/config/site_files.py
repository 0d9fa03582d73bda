"""Site files for the tests of the configuration."""

BASE = """\
site: {id: hall, name: 大厅, timezone: Asia/Shanghai}
cameras:
  - {id: cam-1, name: 东侧}
windows:
  - {id: A01, camera: cam-1, post: [[0.1, 0.1], [0.5, 0.1], [0.5, 0.9]]}
"""
"""Five lines; what is appended stands on line 6."""

POST = "[[0.1, 0.1], [0.5, 0.1], [0.5, 0.9]]"


def with_post(points: str) -> str:
    """The base file with another polygon on line 5."""
    return BASE.replace(POST, points)


def with_calendar(hours: str) -> str:
    """The base file with one span of service hours on line 6."""
    return BASE + f"calendar: {{service_hours: [{{{hours}}}]}}\n"


def with_rules(rules: str) -> str:
    """The base file with rules on line 6."""
    return BASE + f"rules: {{{rules}}}\n"


def with_camera(text: str) -> str:
    """The base file with another camera on line 3."""
    return BASE.replace("{id: cam-1, name: 东侧}", f"{{id: cam-1, {text}}}")


def with_window(text: str) -> str:
    """The base file with more keys of the window on line 5."""
    return BASE.replace("{id: A01,", f"{{id: A01, {text},")
