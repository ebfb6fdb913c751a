"""A paper as .docx, for offices that edit in their own program."""

from collections.abc import Sequence

from evaluation.documents.paper import Paper


def paper_docx(papers: Paper | Sequence[Paper]) -> bytes:
    raise NotImplementedError
