"""Event codes: what fits what, and what a rule may not write."""

import pytest

from indicators.codes import codes_fitting, fault_of, fits


@pytest.mark.parametrize(
    ("wanted", "given", "fitting"),
    [
        ("cameo:19", "cameo:190", True),
        ("cameo:19", "CAMEO:1951", True),
        ("cameo:190", "cameo:19", False),
        ("cameo:19", "acled:19", False),
        ("acled:armed clash", "ACLED:Armed  clash", True),
        ("acled:attack", "acled:Abduction/forced disappearance", False),
        ("cap:cem", "cap:CEM", True),
        ("cameo:19", "19", False),
    ],
)
def test_a_code_fits_itself_and_what_lies_below_it(wanted: str, given: str, fitting: bool) -> None:
    """CAMEO is a tree; the others are names, case and spaces aside; schemes never mix."""
    assert fits(wanted, given) is fitting


def test_the_codes_that_fit_come_in_the_records_order() -> None:
    """They are the evidence, shown as the record has them."""
    given = ("acled:Battles", "acled:Armed clash", "x:y")
    assert codes_fitting(["acled:armed clash", "acled:battles"], given) == ("acled:Battles", "acled:Armed clash")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("battles", "has no scheme"),
        (":battles", "has no scheme"),
        ("acled:", "has no scheme"),
        ("acled:batles", "no ACLED event"),
        ("cameo:21", "no CAMEO code"),
        ("cameo:1", "no CAMEO code"),
        ("cameo:²0", "no CAMEO code"),
        ("cameo:١٩", "no CAMEO code"),
        ("cameo:１９", "no CAMEO code"),
    ],
)
def test_a_code_that_could_never_fit_is_a_fault(code: str, said: str) -> None:
    """A rule of such codes would be silent for ever."""
    fault = fault_of(code)
    assert fault is not None
    assert said in fault[0]


@pytest.mark.parametrize("code", ["acled:battles", "acled:Air/drone strike", "cameo:0231", "cap:CEM", "own:thing"])
def test_a_known_code_or_a_scheme_of_ones_own_is_none(code: str) -> None:
    """Schemes we do not know are taken as they are."""
    assert fault_of(code) is None
