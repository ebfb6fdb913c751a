"""Tags for what is printed (``*_document.html``)."""

from django import template

from evaluation.documents.fonts import FACES

register = template.Library()


@register.simple_tag
def font_stack(face: str) -> str:
    """The value of ``font-family`` for a face of official documents: fangsong, kaiti, heiti, songti, biaosong."""
    return FACES[face].stack
