"""The error of everything that works on the lake, OPS and releases."""


class LakeError(RuntimeError):
    """Something in the lake, in OPS or in a release is not as it must be; the message says what to do."""
