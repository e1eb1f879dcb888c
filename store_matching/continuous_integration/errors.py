"""The error of this package."""


class WorkflowStepError(RuntimeError):
    """A step of a workflow cannot do its work; the message says why and what to do."""
