"""Things that always lie there are nobody's conduct, until they move."""

from tests.builders import at, person, pose
from vision.observe.fixtures import learn_fixtures, without_fixtures
from vision.types import Detections, Label, Landmark

HERE = (260, 440, 300, 470)
MOVED = (180, 330, 220, 380)
AWAY = pose({Landmark.LEFT_WRIST: (120, 200), Landmark.RIGHT_WRIST: (130, 220)})
NEAR = pose({Landmark.LEFT_WRIST: (255, 450), Landmark.RIGHT_WRIST: (130, 220)})
ONE_HAND = pose({Landmark.LEFT_WRIST: (120, 200)})


def phone(box=HERE, label=Label.PHONE):
    return Detections.of([(label, 0.7, box)])


def learnt(*looks):
    fixtures = ()
    for second, (found, persons) in enumerate(looks):
        fixtures = learn_fixtures(fixtures, found, persons, at(2 * second))
    return fixtures


def left_of(found, *looks):
    return len(without_fixtures(found, learnt(*looks)))


def test_seen_twice_in_an_empty_post():
    assert left_of(phone(), (phone(), [])) == 1
    assert left_of(phone(), (phone(), []), (phone(), [])) == 0


def test_seen_twice_with_both_hands_away():
    look = (phone(), [person(pose=AWAY)])
    assert left_of(phone(), look, look) == 0


def test_not_while_a_hand_is_near_or_out_of_sight_or_pose_was_not_run():
    for body in (NEAR, ONE_HAND, None):
        look = (phone(), [person(pose=body)])
        assert left_of(phone(), look, look, look) == 1


def beside(x):
    """One hand beside the phone, the other out of sight."""
    return person(pose=pose({Landmark.LEFT_WRIST: (x, 450)}))


def test_what_stays_while_the_hand_beside_it_moves_is_not_held():
    still = [(phone(), [beside(255)])] * 5
    moving = [(phone(), [beside(x)]) for x in (255, 310, 255)]

    assert left_of(phone(), *still) == 1
    assert left_of(phone(), *moving) == 0


def test_what_moves_with_the_hand_is_held():
    looks = [(phone((x, 440, x + 40, 470)), [beside(x)]) for x in (100, 180, 260, 180, 100)]

    assert left_of(phone((100, 440, 140, 470)), *looks) == 1


def test_once_it_moves_it_counts_again():
    look = (phone(), [person(pose=AWAY)])
    assert left_of(phone(MOVED), look, look) == 1


def test_clothes_and_persons_are_never_furniture():
    look = (phone(label=Label.SHORTS), [])
    assert left_of(phone(label=Label.SHORTS), look, look, look) == 1


def test_a_thing_long_unseen_is_forgotten():
    fixtures = learnt((phone(), []), (phone(), []))
    assert learn_fixtures(fixtures, Detections.empty(), [], at(1810)) == ()
