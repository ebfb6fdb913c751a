"""How days stand in official papers: Arabic figures, no leading zeros."""

from datetime import date, datetime


def day_in_words(day: date | None) -> str:
    """Return ``2012年6月1日``; nothing for a day that is not known, so that it can be written in.

    >>> day_in_words(date(2012, 6, 1)), day_in_words(None)
    ('2012年6月1日', '')
    """
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def moment_in_words(moment: datetime | None) -> str:
    """Return ``2012年6月1日9时05分`` of a moment in the local time.

    >>> moment_in_words(datetime(2012, 6, 1, 9, 5))
    '2012年6月1日9时05分'
    """
    return f"{day_in_words(moment.date())}{moment.hour}时{moment.minute:02}分" if moment else ""
