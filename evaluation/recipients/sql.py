"""What the database holds of frames and draws: what was fixed before the seed was known never changes (C15).

Of an entry the contact details alone may be emptied; of a draw only that it was set aside, once; of a section when its
letters were made; of a person drawn the state, forward only, and the way.
"""

from evaluation.guard.triggers import changed, putting_on, taking_off


def _emptied(column: str) -> str:
    return f"""(NEW."{column}" = OLD."{column}" OR NEW."{column}" = '')"""


DRAW = (
    *("id", "frame_id", "seed", "seed_note", "is_generated", "each", "reserve_each", "least", "public_code"),
    *("drawn_by_id", "drawn_at"),
)
STEPS = (
    "(OLD.state IN ('drawn', 'called_up') AND NEW.state = 'unavailable')"
    " OR (OLD.state = 'reserve' AND NEW.state IN ('called_up', 'unavailable'))"
)
# name, event, table, condition under which it is refused, message
RULES: list[tuple[str, str, str, str, str]] = [
    ("frame_update", "UPDATE", "frame", "TRUE", "a frame never changes"),
    ("frame_delete", "DELETE", "frame", "TRUE", "a frame is kept"),
    (
        "entry_insert",
        "INSERT",
        "frameentry",
        "EXISTS (SELECT 1 FROM evaluation_draw WHERE frame_id = NEW.frame_id)",
        "a frame that was drawn from takes nobody more",
    ),
    (
        "entry_update",
        "UPDATE",
        "frameentry",
        f"{changed(('id', 'frame_id', 'section', 'name', 'mark'))}"
        f" OR NOT ({_emptied('telephone')} AND {_emptied('address')})",
        "of an entry only the contact details may be emptied",
    ),
    ("entry_delete", "DELETE", "frameentry", "TRUE", "the entries of a frame are kept"),
    (
        "draw_update",
        "UPDATE",
        "draw",
        f"{changed(DRAW)} OR OLD.set_aside_at IS NOT NULL OR NEW.set_aside_at IS NULL OR NEW.set_aside_reason = ''",
        "a draw stands, or is set aside once with a reason",
    ),
    ("draw_delete", "DELETE", "draw", "TRUE", "a draw stays on record"),
    (
        "stratum_insert",
        "INSERT",
        "drawstratum",
        "EXISTS (SELECT 1 FROM evaluation_drawnrecipient r JOIN evaluation_drawstratum s ON s.id = r.stratum_id"
        " WHERE s.draw_id = NEW.draw_id)",
        "the sections of a draw are fixed",
    ),
    (
        "stratum_update",
        "UPDATE",
        "drawstratum",
        f"{changed(('id', 'draw_id', 'section', 'size', 'main', 'reserve', 'is_whole'))}"
        " OR (OLD.letters_made_at IS NOT NULL AND NEW.letters_made_at IS NULL)",
        "the sections of a draw are fixed",
    ),
    ("stratum_delete", "DELETE", "drawstratum", "TRUE", "the sections of a draw are fixed"),
    (
        "drawn_insert",
        "INSERT",
        "drawnrecipient",
        "NEW.state NOT IN ('drawn', 'reserve')"
        " OR NOT EXISTS (SELECT 1 FROM evaluation_drawstratum WHERE id = NEW.stratum_id"
        " AND main + reserve >= NEW.place)",
        "nobody is added to what was drawn",
    ),
    (
        "drawn_update",
        "UPDATE",
        "drawnrecipient",
        f"{changed(('id', 'stratum_id', 'entry_id', 'place'))} OR (NEW.state <> OLD.state AND NOT ({STEPS}))",
        "of somebody drawn only the state and the way change",
    ),
    ("drawn_delete", "DELETE", "drawnrecipient", "TRUE", "who was drawn stays on record"),
]
FORWARD, REVERSE = putting_on("recipients", RULES), taking_off("recipients", RULES)
