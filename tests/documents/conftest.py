"""The sample papers, printed once."""

import pytest

from evaluation.documents.pdf import paper_pdf
from tests.documents.reader import Printed
from tests.documents.samples import ALL


@pytest.fixture(scope="session")
def printed() -> dict[str, Printed]:
    return {name: Printed(paper_pdf(paper)) for name, paper in ALL.items()}
