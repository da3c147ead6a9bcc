"""Every declared column says what people need to read it: label, unit, meaning and how its figures are written."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest

from sectorlib import schemas
from sectorlib.labels import LABELS
from sectorlib.results import RESULTS
from sectorlib.schemas import Column, Table
from sectorlib.show import show

TABLES = [r.table for r in RESULTS.values()] + [t for t in vars(schemas).values() if isinstance(t, Table)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_column_has_label_unit_meaning_and_format(table):
    for column in table.columns:
        for part in ("label", "unit", "meaning", "format"):
            assert getattr(column, part).strip(), f"{column.name} of {table.name} has no {part}"
        value = "text" if column.kind in ("text", "code", "flag") else 1234.5
        assert column.format.format(value), column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_labels_are_words_and_no_two_columns_of_a_table_have_one(table):
    labels = [column.label for column in table.columns]
    twice = [label for label, number in Counter(labels).items() if number > 1]
    assert not twice, twice
    for label in labels:
        assert label[0].isupper(), label
        assert "_" not in label, label
        assert not re.search(r"\bbase\b(?! year)", label), f"{label}: readers know no base"


def test_every_exception_is_of_a_column():
    declared = {column.name for table in TABLES for column in table.columns}
    ends = ("", "_low", "_high", "_estimate", "_at_least", "_name", "_title")
    for name in LABELS:
        assert any(name + end in declared for end in ends), f"no column {name}"


def test_bounds_say_what_they_are():
    for table in TABLES:
        for column in table.columns:
            if column.name.endswith("_low") and "rank" not in column.name and "churn" not in column.name:
                assert column.label.endswith("at least"), column
            if column.name.endswith(("low_80", "low_95")):
                assert "interval" in column.label, column


def test_a_label_and_a_format_of_its_own_go_first():
    column = Column("counties", "number", "counties", "in reach", label="Near counties", format="{:.1f}")
    assert (column.label, column.format.format(2)) == ("Near counties", "2.0")


def test_a_shown_table_has_the_labels_and_formats_of_its_columns():
    table = pd.DataFrame({"area_name": ["Ely"], "unemployment_rate": [4.26], "counties_known": [3.0]})
    page = show(table).as_raw_html()
    assert "Unemployment rate (percent)" in page
    assert "Counties with figures" in page
    assert ">4.3<" in page
