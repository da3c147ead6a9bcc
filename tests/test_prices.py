"""Readers of consumer prices and regional price parities."""

import pytest

from sectorlib.exceptions import LayoutError, MissingFileError, UnknownNameError
from sectorlib.sources.prices import read_consumer_prices, read_price_parities

BEA = "GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit,2015,2016\n"


def test_consumer_prices_are_annual_averages_alone(tmp_path):
    path = tmp_path / "cpi.csv"
    path.write_text(
        "series,title,year,period,value\n"
        'CUUR0000SA0,"All items, U.S. city average",2016,M13,240.007\n'
        'CUUR0000SA0,"All items, U.S. city average",2015,M13,237.017\n'
        'CUUR0000SA0,"All items, U.S. city average",2017,M01,242.839\n'
        'CUUR0100SA0,"All items, Northeast",2016,M13,254.85\n'
    )
    assert read_consumer_prices(path).to_dict() == {2015: 237.017, 2016: 240.007}
    assert read_consumer_prices(path, "CUUR0100SA0").to_dict() == {2016: 254.85}
    with pytest.raises(UnknownNameError, match="did you mean 'CUUR0100SA0'"):
        read_consumer_prices(path, "CUUR0100SA")


def test_parities_by_description_in_every_table(tmp_path):
    state, metro, portion = (tmp_path / f"{name}.csv" for name in ("s", "m", "p"))
    state.write_text(
        BEA + ' "36000","New York",2,SARPP,1,"..."," Real personal income","Millions",9,9\n'
        ' "36000","New York",2,SARPP,5,"...","RPPs: All items ","Index",109.666,(NA)\n'
        '"Note: See the included footnote file."\n'
    )
    metro.write_text(BEA + ' "10180","Abilene, TX", ,MARPP,1,"...","RPPs: All items ","Index",92.1,92.2\n')
    portion.write_text(
        BEA
        + ' "36998","New York (Metropolitan Portion)",2,PARPP,1,"...","RPPs: All items ","Index",112,113\n'
        ' "36999","New York (Nonmetropolitan Portion)",2,PARPP,1,"...","RPPs: All items ","Index",95,96\n'
        ' "36999","New York (Nonmetropolitan Portion)",2,PARPP,2,"..."," RPPs: Goods ","Index",99,99\n'
    )
    found = read_price_parities(state)
    assert found["price_parity"].isna().to_list() == [False, True]
    assert found[["area", "kind", "year"]].to_numpy().tolist() == [
        ["36000", "state", 2015],
        ["36000", "state", 2016],
    ]
    assert read_price_parities(metro)["area"].unique().tolist() == ["C1018"]
    portions = read_price_parities(portion).set_index(["area", "year"])["price_parity"].to_dict()
    assert portions == {("36M", 2015): 112, ("36M", 2016): 113, ("36N", 2015): 95, ("36N", 2016): 96}


def test_a_line_of_another_length_is_a_note_at_the_end_or_an_error(tmp_path):
    """Passed over, it would take its year with it: pay of that year would have no prices."""
    path, row = tmp_path / "cpi.csv", "CUUR0000SA0,{},M13,240\n"
    path.write_text(
        "series,year,period,value\n" + row.format(2015) + "\n" + row.format(2016) + "Source: BLS\n\n"
    )
    assert read_consumer_prices(path).index.to_list() == [2015, 2016]
    path.write_text("series,year,period,value\nCUUR0000SA0,2015,M13,1,240\n" + row.format(2016))
    with pytest.raises(LayoutError, match=r"row 2 of cpi.csv has 5 cells, the header 4"):
        read_consumer_prices(path)


def test_errors_say_what_is_wrong(tmp_path):
    path = tmp_path / "x.csv"
    with pytest.raises(MissingFileError, match=r"x\.csv is not a file"):
        read_consumer_prices(path)
    path.write_text("")
    with pytest.raises(LayoutError, match="lacks series"):
        read_consumer_prices(path)
    path.write_text("series,year,period,value\nCUUR0000SA0,2016,M13,high\n")
    with pytest.raises(LayoutError, match="'high' where a figure"):
        read_consumer_prices(path)
    path.write_text(BEA + ' "36000","New York",2,SARPP,1,"..."," Real personal income","Millions",9,9\n')
    with pytest.raises(LayoutError, match="no line 'RPPs: All items'"):
        read_price_parities(path)


@pytest.mark.shared
def test_official_files(shared):
    folder = shared / "data" / "prices"
    prices = read_consumer_prices(next(folder.glob("cpi_u*.csv")))
    assert prices[2016] == 240.007
    assert prices.index.min() == 1913
    states, metros, portions = (
        read_price_parities(next(folder.glob(f"{table}*.csv"))) for table in ("SARPP", "MARPP", "PARPP")
    )
    one_year = states[states["year"] == 2016].set_index("area")["price_parity"]
    assert len(one_year) == 52
    assert one_year["US000"] == 100
    assert one_year["36000"] == 110.138
    assert one_year.drop("US000").between(80, 125).all()
    assert metros.groupby("year")["area"].nunique().min() > 380
    assert set(portions["kind"]) >= {"metropolitan portion", "nonmetropolitan portion"}
    new_york = portions[portions["area"].isin(["36M", "36N"]) & (portions["year"] == 2008)]
    assert new_york["price_parity"].to_list() == [112.456, 95.265]
