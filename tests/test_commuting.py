"""Reading commuting flows."""

import pandas as pd
import pytest

from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.sources.commuting import read_flows

HEADER = "home_fips,work_fips,workers,moe\n"


def _file(folder, text, name="flows.csv"):
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.shared
def test_national_flows_hold_all_workers(national_flows):
    flows = national_flows
    assert flows.columns.tolist() == ["home", "work", "workers", "moe"]
    assert len(flows) == 135_760
    assert flows["workers"].sum() == 143_522_595
    assert flows["home"].nunique() == flows["work"].nunique() == 3142
    crosses = flows["home"].str.startswith("36") != flows["work"].str.startswith("36")
    assert flows.loc[crosses, "workers"].sum() == 813_095  # over New York's border, both ways


def test_text_parquet_and_plain_names_give_the_same_table(tmp_path):
    text = read_flows(_file(tmp_path, HEADER + "01001,36055,12,3.5\n"))
    numbers = pd.DataFrame({"home_fips": [1001], "work_fips": [36055], "workers": [12], "moe": [3.5]})
    numbers.to_parquet(tmp_path / "flows.parquet")
    plain = read_flows(_file(tmp_path, "work,moe,home,workers\n36055,3.5,1001,12\n"))
    pd.testing.assert_frame_equal(text, read_flows(tmp_path / "flows.parquet"))
    pd.testing.assert_frame_equal(text, plain)
    assert text.to_numpy().tolist() == [["01001", "36055", 12.0, 3.5]]


def test_the_margin_may_be_absent_or_blank(tmp_path):
    assert "moe" not in read_flows(_file(tmp_path, "home,work,workers\n36055,36055,1\n"))
    assert read_flows(_file(tmp_path, HEADER + "36055,36055,1,\n\n"))["moe"].isna().all()


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ("36055,36055,1,1\n36055,36069,-4,1\n", LayoutError, "workers of flows.csv holds '-4' in row 3"),
        ('36055,36055,"1,200",1\n', LayoutError, "workers of flows.csv holds '1,200' in row 2"),
        ("36055,36055,inf,1\n", LayoutError, "holds 'inf'"),
        ("36055,36055,1,*****\n", LayoutError, "moe of flows.csv holds"),
        ("36055,36055,,1\n", LayoutError, "blank in row 2"),
        ("36055,36000,1,1\n", LayoutError, "work_fips of flows.csv holds '36000' in row 2"),
        ("36999,36055,1,1\n", LayoutError, "home_fips of flows.csv holds '36999'"),
        ("36055,Canada,1,1\n", LayoutError, "holds 'Canada'"),
        (",36055,1,1\n", LayoutError, "holds nothing in row 2"),
        (
            "36055,36069,1,1\n1001,36055,1,1\n36055,36069,2,1\n",
            TableError,
            "36055 to 36069 a second time in row 4",
        ),
        ("", LayoutError, "holds no rows"),
    ],
)
def test_bad_rows_are_named(tmp_path, rows, error, message):
    with pytest.raises(error) as caught:
        read_flows(_file(tmp_path, HEADER + rows))
    assert message in caught.value.found
    assert caught.value.expected
    assert caught.value.hint


def test_missing_columns_and_files_are_named(tmp_path):
    with pytest.raises(LayoutError, match=r"lacks work_fips, workers; it has home, moe"):
        read_flows(_file(tmp_path, "home,moe\n36055,1\n"))
    with pytest.raises(MissingFileError):
        read_flows(tmp_path / "none.csv")
