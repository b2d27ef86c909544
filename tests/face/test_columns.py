"""Models choose columns of a table of faces by group, by name and by pattern."""

import pytest

from emofold.errors import InputError
from emofold.face.columns import choose_columns
from emofold.face.schemas import AU_INTENSITIES, BLENDSHAPES, HEAD_POSE

NAMES = [*AU_INTENSITIES, *BLENDSHAPES, *HEAD_POSE]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("action_units", AU_INTENSITIES),
        ("blendshapes", BLENDSHAPES),
        (["head_pose", "blendshapes"], BLENDSHAPES + HEAD_POSE),
        (["mouthSmile*", "AU12_r"], ("AU12_r", "mouthSmileLeft", "mouthSmileRight")),
    ],
)
def test_columns_come_in_the_order_of_the_table_whatever_is_asked_for_first(wanted, chosen):
    assert choose_columns(NAMES, wanted) == [*chosen]


@pytest.mark.parametrize(
    ("wanted", "hint"), [("blendshape", "`blendshapes`"), (["AU21_r"], "`AU2"), ("AU*_c", "AU01_r")]
)
def test_what_fits_no_column_is_refused_with_the_nearest_name(wanted, hint):
    with pytest.raises(InputError, match="no column") as refused:
        choose_columns(NAMES, wanted)
    assert hint in str(refused.value)


def test_a_group_that_the_table_lacks_is_not_the_hint_at_itself():
    with pytest.raises(InputError) as refused:
        choose_columns(AU_INTENSITIES, "blendshapes")
    assert "perhaps `blendshapes`" not in str(refused.value)
