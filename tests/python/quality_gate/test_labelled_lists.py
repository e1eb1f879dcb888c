"""The generated lists are the same on every machine, and stay the same while the code changes."""

from store_matching.quality_gate import find_labelled_lists, generate_labelled_lists


def test_generated_lists_are_the_same_twice_and_can_be_found(tmp_path):
    made = [generate_labelled_lists(tmp_path / name, 50) for name in ("one", "two")]
    assert [each.name for each in made[0]] == ["generated_high_noise", "generated_normal"]
    for one, two in zip(*made, strict=True):
        for file in ("gi", "th", "truth"):
            assert getattr(one, file).read_bytes() == getattr(two, file).read_bytes()
    assert find_labelled_lists(tmp_path / "one") == made[0]
