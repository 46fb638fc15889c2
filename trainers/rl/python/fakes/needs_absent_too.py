"""A package that is there, and what it needs is not."""

import absent_engine  # noqa: F401
