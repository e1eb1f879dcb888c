"""The error of the match-quality gate."""


class QualityGateError(RuntimeError):
    """The gate cannot judge: a list, a reference or a match cannot be used. The message says which and what to do."""
