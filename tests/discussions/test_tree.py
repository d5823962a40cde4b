"""Paths sort as the tree is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.discussions import tree

# each new post answers the thread (0) or one of the posts before it
parents = st.lists(st.integers(min_value=0, max_value=10**6), max_size=60)


def grow(choices):
    """The paths of a thread that grew so, by number; and whom each answers."""
    paths, above = {}, {}
    for number, choice in enumerate(choices, start=1):
        parent = choice % number  # 0: the thread
        paths[number] = tree.path_of(number, paths.get(parent, ""))
        above[number] = parent
    return paths, above


@given(parents)
def test_a_post_comes_after_the_one_it_answers_and_before_that_ones_next_sibling(choices):
    paths, above = grow(choices)
    for number, path in paths.items():
        if (parent := above[number]) == 0:
            continue
        assert path > paths[parent] or tree.depth_of(paths[parent]) == tree.DEEPEST
        stem = tree.stem(paths[parent])
        assert path.startswith(stem)


@given(parents)
def test_paths_differ_and_their_order_is_depth_first(choices):
    paths, _above = grow(choices)
    assert len(set(paths.values())) == len(paths)
    walked = []

    def walk(stem):
        for child in sorted(p for p in paths.values() if p[: -tree.PIECE] == stem):
            walked.append(child)
            walk(child)

    walk("")
    assert walked == sorted(paths.values())


@given(parents)
def test_no_path_is_deeper_than_the_deepest(choices):
    for number, path in grow(choices)[0].items():
        assert 0 <= tree.depth_of(path) <= tree.DEEPEST
        assert len(path) <= tree.LONGEST_PATH
        assert tree.numbers_of(path)[-1] == number


@given(st.integers(1, tree.MOST_POSTS), st.integers(1, tree.MOST_POSTS))
def test_pieces_sort_as_their_numbers(one, other):
    assert (tree.piece(one) < tree.piece(other)) == (one < other)
    assert int(tree.piece(one), 36) == one


@pytest.mark.parametrize("number", [0, -1, tree.MOST_POSTS + 1])
def test_a_number_without_room_is_refused(number):
    with pytest.raises(ValueError, match="no room"):
        tree.piece(number)


def test_an_answer_to_the_deepest_post_becomes_its_sibling():
    path = ""
    for number in range(1, tree.DEEPEST + 2):
        path = tree.path_of(number, path)
    assert tree.depth_of(path) == tree.DEEPEST
    beside = tree.path_of(99, path)
    assert tree.depth_of(beside) == tree.DEEPEST
    assert beside[: -tree.PIECE] == path[: -tree.PIECE]


@given(st.lists(st.integers(0, 400), max_size=50), st.integers(1, 40), st.integers(1, 2000))
def test_a_page_holds_one_post_at_least_and_no_more_than_fits(lengths, posts, characters):
    fitting = tree.how_many_fit(lengths, posts=posts, characters=characters)
    assert fitting == 0 if not lengths else 1 <= fitting <= posts
    assert fitting <= 1 or sum(lengths[:fitting]) <= characters
    if fitting < len(lengths):
        assert fitting == posts or sum(lengths[: fitting + 1]) > characters
