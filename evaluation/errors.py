"""What a service raises when the rules of the house forbid an act."""


class DomainError(Exception):
    """An act that the rules forbid.

    ``code`` is a stable word for tests and logs; ``message`` is a sentence in the reader's language that says
    what is wrong and what to do.
    """

    def __init__(self, code: str, message: object) -> None:
        super().__init__(str(message))
        self.code = code
