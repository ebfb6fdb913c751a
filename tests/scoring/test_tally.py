from evaluation.scoring import GroupTally, add_tallies, tally_sheets


def test_tallies_of_boxes_add_up() -> None:
    meeting = GroupTally(3, {"style": {"satisfied": 2, "spoiled": 1}})
    paper = GroupTally(2, {"style": {"satisfied": 1, "ordinary": 1}, "results": {"ordinary": 2}})

    assert add_tallies([meeting, paper]) == GroupTally(
        5, {"style": {"satisfied": 3, "spoiled": 1, "ordinary": 1}, "results": {"ordinary": 2}}
    )


def test_no_box_is_an_empty_tally() -> None:
    assert add_tallies([]) == GroupTally(0, {})
    assert add_tallies([]).graded_sheets == 0


def test_sheets_are_counted_with_their_marks_without_grade() -> None:
    tally = tally_sheets([{"style": "satisfied", "results": "dont_know"}, {"style": "satisfied"}])

    assert tally == GroupTally(2, {"style": {"satisfied": 2}, "results": {"dont_know": 1}})
    assert (tally.graded("results"), tally.graded("integrity"), tally.graded_sheets) == (0, 0, 2)
