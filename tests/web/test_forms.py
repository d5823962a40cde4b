"""What a form says of choices that are none, in sentences of ours."""

import pytest
from flask import Flask
from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from forum.web.forms import Form, OneOf, choice, required

OFFERED = [choice("a", "One"), choice("b", "Another")]


class Choosing(Form):
    """Every way to choose."""

    box = SelectField("Box", choices=OFFERED)
    radio = OneOf("Radio", [required()], choices=OFFERED)
    number = SelectField("Number", choices=[choice("1", "One")], coerce=int)
    ticks = SelectMultipleField("Ticks", choices=OFFERED)
    numbers = SelectMultipleField("Numbers", choices=[choice("1", "One")], coerce=int)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("box", "c", "Please choose one of the options."),
        ("box", "", "Please choose one of the options."),
        ("radio", "c", "Please choose one of the options."),
        ("number", "x", "Please choose one of the options."),
        ("ticks", "c%s%(value)s", "Please choose only from the options."),
        ("numbers", "x", "Please choose only from the options."),
    ],
)
def test_what_is_none_of_the_choices_is_refused_in_our_words(
    app: Flask, field: str, value: str, said: str
) -> None:
    fine = {"box": "a", "radio": "b", "number": "1", "ticks": "a", "numbers": "1"}
    with app.test_request_context(method="POST", data=fine | {field: value}):
        form = Choosing()
        assert not form.validate()
        assert form.errors == {field: [said]}


def test_a_required_choice_that_was_not_made_says_only_that(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"box": "a", "number": "1"}):
        form = Choosing()
        assert not form.validate()
        assert form.errors == {"radio": ["Please choose one of the options."]}


class Derived(Choosing):
    """What a class adds comes after what it has; its page asks in another order."""

    first_asked = ("day", "radio")
    day = DateField("Day", [InputRequired()])


def test_what_is_wrong_is_told_in_the_order_in_which_it_is_asked(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"box": "a", "number": "1"}):
        form = Derived()
        assert not form.validate()
        wrong = [field.name for field in form if field.errors]
        assert wrong == ["day", "radio"]
        assert form.errors["day"] == ["Please fill in this field."]
