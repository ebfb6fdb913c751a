"""How long deeds are (C27): about 2,000 characters, counted without spaces."""

TARGET = 2000
LEAST, MOST = 1800, 2200
LIMIT = 3000


def count_characters(text: str) -> int:
    """Return the number of characters of ``text`` that are no white space.

    >>> count_characters("一心为民 \\n办实事。")
    8
    """
    return len("".join(text.split()))


def is_of_good_length(count: int) -> bool:
    return LEAST <= count <= MOST
