"""Where training pictures and real footage lie, which are no part of the project.

Beside the checkout, or where ``DEPORTMENT_SHARED`` says. Tests that need them are skipped without.
"""

import os
from pathlib import Path

DATA = Path(os.environ.get("DEPORTMENT_SHARED", Path(__file__).parents[2] / "shared")) / "data"
