"""What a module of processes says about telling people is subscribed, all of it."""

from market.processes import people_are_told, people_are_told_of_ratings, people_are_told_of_remedies


def test_every_teller_is_subscribed_once() -> None:
    for module in (people_are_told, people_are_told_of_ratings, people_are_told_of_remedies):
        tellers = [value for name, value in vars(module).items() if name.startswith("tell_of_")]
        assert tellers
        subscribed = [one.receive for one in module.SUBSCRIBERS]
        assert sorted(tellers, key=id) == sorted(subscribed, key=id), module.__name__
