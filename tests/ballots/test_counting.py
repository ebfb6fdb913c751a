from evaluation.ballots.boxes import release_boxes
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import Ballot, BoxKeyShare, Envelope, Opinion, Pass, Receipt
from evaluation.ballots.tallies import tallies_for, uncounted_boxes
from evaluation.roster.models import Appraisal
from tests.ballots.conftest import PASSPHRASE, Hall


def test_from_slip_to_tally(hall: Hall, cadres: list[Appraisal]) -> None:
    slips = hall.make(number=6)
    hall.open()
    receipts = {hall.cast(slip, opinion="说实话" if number == 0 else "").receipt for number, slip in enumerate(slips[:5])}
    hall.close()
    assert hall.box.committed["groups"]["representative"] == {"envelopes": 5, "issued": 1, "spent": 5, "void": 0}

    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)

    assert uncounted_boxes(appraisals=cadres)[cadres[0].pk] == [hall.box]
    release_boxes(boxes=[hall.refresh()], actor=hall.office)
    first = hall.box.spec["grades"][0]
    tally = tallies_for(appraisals=cadres)[cadres[1].pk]["representative"]
    assert tally.valid == 5
    assert all(marks == {first: 5} for marks in tally.marks.values())
    assert set(Receipt.objects.values_list("code", flat=True)) == receipts
    assert (Ballot.objects.count(), Opinion.objects.count(), Envelope.objects.count()) == (10, 2, 0)
    assert not BoxKeyShare.objects.exists()
    digests = list(Pass.objects.values_list("digest", flat=True))
    assert len(digests) == 6
