"""Methods that merge, the 25 percent rule and communities: cases by hand, and slow readable references."""

import random

import igraph
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import labor_markets as lm
from sectorlib.exceptions import NotSupportedError

NO_RULES = {"areas": 1, "least_flow": 0, "self_containment": 1}


def table(flows):
    return pd.DataFrame([(h, w, n) for (h, w), n in flows.items()], columns=["home", "work", "workers"])


def partition(membership):
    return {frozenset(members) for _, members in membership.groupby("group")["member"]}


def sets(*groups):
    return {frozenset(f"3600{c}" for c in group) for group in groups}


def counties(flows):
    return table({(f"3600{h}", f"3600{w}"): n for (h, w), n in flows.items()})


@st.composite
def small_flows(draw):
    """Up to eight counties, integer flows; some without residents, jobs, or flows at all."""
    codes = [f"{36001 + 2 * i}" for i in range(draw(st.integers(2, 8)))]
    flows = {}
    for home in codes:
        flows[home, home] = draw(st.integers(0, 120))
        for work in codes:
            if work != home and draw(st.booleans()):
                flows[home, work] = draw(st.integers(0, 40))
    return table(flows)


# ---------------------------------------------------------------------------------------------------------
# Merging: a reference that holds sets of counties and adds up every flow each time
# ---------------------------------------------------------------------------------------------------------

TIES = {
    "flow-cluster": lambda there, back, i, j: there / i[0] if there else 0,
    "flow-cluster-absolute": lambda there, back, i, j: there,
    "intramax": lambda there, back, i, j: (
        (there / (i[0] * j[1]) if there else 0) + (back / (j[0] * i[1]) if back else 0)
    ),
}


def merged(flows, method, *, areas=1, least_flow=0, self_containment=1):
    """The partition by merging the two areas with the strongest tie, as one would write it for reading."""
    flow = {(h, w): n for h, w, n in flows.itertuples(index=False)}
    groups = {code: {code} for code in sorted({c for pair in flow for c in pair})}
    everyone = sum(flow.values())

    def between(homes, works):
        return sum(flow.get((h, w), 0) for h in homes for w in works)

    everywhere = set(groups)
    while len(groups) > areas:
        if sum(between(g, g) for g in groups.values()) >= self_containment * everyone:
            break
        size = {g: (between(m, everywhere), between(everywhere, m)) for g, m in groups.items()}
        ties = {
            (i, j): TIES[method](
                between(groups[i], groups[j]), between(groups[j], groups[i]), size[i], size[j]
            )
            for i in groups
            for j in groups
            if i != j
        }
        best = max(sorted(ties), key=ties.get)
        if ties[best] <= 0 or ties[best] < least_flow:
            break
        i, j = best
        groups[j] |= groups.pop(i)
    return {frozenset(members) for members in groups.values()}


@settings(max_examples=150, deadline=None)
@given(
    small_flows(),
    st.sampled_from(list(TIES)),
    st.sampled_from([{}, {"areas": 3}, {"self_containment": 0.7}, {"areas": 2, "self_containment": 0.9}]),
)
def test_merging_is_the_references_on_random_flows(flows, method, rules):
    shipped = NO_RULES if method != "intramax" else {"areas": 1, "self_containment": 1}
    assert partition(lm.delineate(flows, method, **(shipped | rules))) == merged(flows, method, **rules)


@settings(max_examples=80, deadline=None)
@given(small_flows(), st.sampled_from([0.05, 0.1, 0.25, 0.5]))
def test_relative_clusters_stop_at_the_least_flow_as_the_reference_does(flows, least):
    drawn = lm.delineate(flows, "flow-cluster", **(NO_RULES | {"least_flow": least}))
    assert partition(drawn) == merged(flows, "flow-cluster", least_flow=least)


@pytest.mark.shared
@pytest.mark.parametrize("method", list(TIES))
def test_merging_is_the_references_on_new_england(national_flows, method):
    states = ["23", "33", "44", "50"]
    inside = national_flows["home"].str[:2].isin(states) & national_flows["work"].str[:2].isin(states)
    flows = national_flows.loc[inside, ["home", "work", "workers"]].reset_index(drop=True)
    rules = {"areas": 12, "self_containment": 1} | ({} if method == "intramax" else {"least_flow": 0})
    assert partition(lm.delineate(flows, method, **rules)) == merged(flows, method, areas=12)


def test_the_first_merges_by_hand():
    # Of 100 who live in 1, 30 work in 5; of 20 in 3, 8 work in 1; of 1,000 in 5, 60 work in 1.
    flows = counties({
        (1, 1): 70, (1, 5): 30, (3, 3): 12, (3, 1): 8, (5, 5): 940, (5, 1): 60,
    })  # fmt: skip
    two = NO_RULES | {"areas": 2}
    # shares sent: 8 / 20 = .4 first
    assert partition(lm.delineate(flows, "flow-cluster", **two)) == sets((1, 3), (5,))
    # workers: 60 first
    assert partition(lm.delineate(flows, "flow-cluster-absolute", **two)) == sets((1, 5), (3,))
    # jobs are 138, 12 and 970. 1 and 3: 8 / (20 * 138) = .0029; 1 and 5: 30 / (100 * 970) + 60 / (1000 * 138)
    # = .00074
    assert partition(lm.delineate(flows, "intramax", areas=2, self_containment=1)) == sets((1, 3), (5,))


def test_stop_rules_by_hand():
    flows = counties({(1, 1): 90, (1, 3): 10, (3, 3): 95, (3, 1): 5, (5, 5): 60, (5, 1): 40})
    # shares sent: .4 from 5, .1 from 1, .05 from 3; 245 of 300 stay at first, 285 once 5 has joined 1
    for rule, groups in {
        ("least_flow", 0.45): sets((1,), (3,), (5,)),
        ("least_flow", 0.4): sets((1, 5), (3,)),
        ("self_containment", 0.81): sets((1,), (3,), (5,)),
        ("self_containment", 0.95): sets((1, 5), (3,)),
        ("self_containment", 0.951): sets((1, 3, 5)),
        ("areas", 3): sets((1,), (3,), (5,)),
        ("areas", 2): sets((1, 5), (3,)),
    }.items():
        assert partition(lm.delineate(flows, "flow-cluster", **(NO_RULES | dict([rule])))) == groups, rule


@pytest.mark.parametrize(
    "wrong", [{"areas": 0}, {"least_flow": -1}, {"self_containment": 0}, {"self_containment": 1.1}]
)
def test_stop_rules_out_of_range_are_refused(wrong):
    with pytest.raises(NotSupportedError, match="stop rules"):
        lm.delineate(counties({(1, 1): 5}), "flow-cluster", **wrong)


@pytest.mark.shared
def test_relative_clusters_contain_more_and_absolute_ones_swallow_the_nation(national_flows):
    at_741 = {"areas": 741, "least_flow": 0, "self_containment": 1}
    relative = lm.delineate(national_flows, "flow-cluster", **at_741)
    assert relative["group"].nunique() == 741
    assert relative.groupby("group").size().max() < 80
    assert lm.quality(national_flows, relative)["supply_side"].item() >= 0.955


# ---------------------------------------------------------------------------------------------------------
# The 25 percent rule
# ---------------------------------------------------------------------------------------------------------

RULE = {"central_jobs": 50, "central_share": 0.5, "outlying_share": 0.25}


def by_the_rule(flows, central_jobs, central_share, outlying_share):
    """The same with sets, every share added up from the flows."""
    flow = {(h, w): n for h, w, n in flows.itertuples(index=False)}
    codes = sorted({c for pair in flow for c in pair})

    def between(homes, works):
        return sum(flow.get((h, w), 0) for h in homes for w in works)

    def share(part, whole):
        return part / whole if whole else 0

    def tie(a, b):
        return max(
            share(between(a, b), between(a, codes)),
            share(between(b, a), between(codes, a)),
        )

    central = [
        c
        for c in codes
        if between(codes, {c}) >= max(central_jobs, 1e-9)
        and share(between({c}, {c}), between({c}, codes)) >= central_share
    ]
    groups = {c: {c} for c in central}
    while True:
        ties = {(a, b): tie(groups[a], groups[b]) for a in groups for b in groups if a != b}
        best = max(sorted(ties), key=ties.get, default=None)
        if best is None or ties[best] < outlying_share:
            break
        groups[best[1]] |= groups.pop(best[0])
    whole = {g: set(members) for g, members in groups.items()}
    for c in set(codes) - set(central):
        best = max(sorted(groups), key=lambda g: tie({c}, groups[g]), default=None)
        if best is not None and tie({c}, groups[best]) >= outlying_share:
            whole[best].add(c)
        else:
            whole[c] = {c}
    return {frozenset(members) for members in whole.values()}


@settings(max_examples=150, deadline=None)
@given(small_flows(), st.sampled_from([0.1, 0.25]), st.sampled_from([0.2, 0.5]))
def test_the_rule_is_the_references_on_random_flows(flows, outlying, central):
    rule = RULE | {"outlying_share": outlying, "central_share": central}
    assert partition(lm.delineate(flows, "twenty-five-percent", **rule)) == by_the_rule(flows, **rule)


@pytest.mark.shared
@pytest.mark.parametrize("state", ["36", "55"])
def test_the_rule_is_the_references_on_a_state(national_flows, state):
    inside = (national_flows["home"].str[:2] == state) & (national_flows["work"].str[:2] == state)
    flows = national_flows.loc[inside, ["home", "work", "workers"]].reset_index(drop=True)
    rule = lm.method_parameters("twenty-five-percent")
    assert partition(lm.delineate(flows, "twenty-five-percent")) == by_the_rule(flows, **rule)


def test_central_and_outlying_counties_by_hand():
    flows = counties({
        (1, 1): 100,  # central
        (3, 3): 30, (3, 1): 10,  # a quarter of those who live in 3 work in 1
        (5, 5): 40, (5, 1): 10,  # a fifth: too few
        (7, 7): 9, (1, 7): 3,  # of the 12 jobs in 7 a quarter are held by workers from 1
        (9, 3): 8,  # tied to an outlying county only
    })  # fmt: skip
    assert partition(lm.delineate(flows, "twenty-five-percent", **RULE)) == sets((1, 3, 7), (5,), (9,))


def test_a_county_that_most_leave_is_not_central_and_two_centers_may_be_one():
    flows = counties({
        (1, 1): 300, (3, 3): 60, (3, 1): 25,  # 25 of 85: 3 is central, and one with 1
        (5, 5): 55, (5, 1): 30, (5, 3): 30,  # 55 of 115 stay: 5 is outlying
    })  # fmt: skip
    assert partition(lm.delineate(flows, "twenty-five-percent", **RULE)) == sets((1, 3, 5))
    strict = RULE | {
        "outlying_share": 0.3
    }  # 3 stands apart; 5 goes to 1 by one worker's share less than .3: no
    assert partition(lm.delineate(flows, "twenty-five-percent", **strict)) == sets((1,), (3,), (5,))


@pytest.mark.parametrize("wrong", [{"outlying_share": 0}, {"central_share": 2}, {"central_jobs": -1}])
def test_a_rule_out_of_range_is_refused(wrong):
    with pytest.raises(NotSupportedError, match="central_jobs"):
        lm.delineate(counties({(1, 1): 5}), "twenty-five-percent", **wrong)


# ---------------------------------------------------------------------------------------------------------
# Communities
# ---------------------------------------------------------------------------------------------------------


def modularity(flows, labels, resolution):
    """``sum_ij [A_ij - resolution * k_i k_j / 2m] same(i, j)``, from a dense matrix."""
    codes = sorted(labels.index)
    matrix = flows.pivot_table(index="home", columns="work", values="workers", aggfunc="sum", fill_value=0)
    f = matrix.reindex(index=codes, columns=codes, fill_value=0).to_numpy(dtype=float)
    a = f + f.T
    k = a.sum(axis=0)
    same = labels[codes].to_numpy()[:, None] == labels[codes].to_numpy()
    return ((a - resolution * np.outer(k, k) / a.sum()) * same).sum() / a.sum()


@pytest.mark.shared
def test_moving_any_county_to_any_other_community_is_no_improvement(national_flows):
    inside = national_flows["home"].str[:2].isin(["33", "50"]) & national_flows["work"].str[:2].isin(
        ["33", "50"]
    )
    flows = national_flows[inside].reset_index(drop=True)
    labels = lm.delineate(flows, "leiden", resolution=2).set_index("member")["group"]
    assert 3 < labels.nunique() < 20
    best = modularity(flows, labels, 2)
    for county in labels.index:
        for group in set(labels):
            moved = labels.copy()
            moved[county] = group
            assert modularity(flows, moved, 2) <= best + 1e-12


def test_two_cliques_are_two_communities_with_any_seed():
    flows = counties({
        (h, w): 50 if (h < 4) == (w < 4) else 1 for h in range(1, 7) for w in range(1, 7)
    })  # fmt: skip
    for seed in range(5):
        drawn = lm.delineate(flows, "leiden", resolution=1, seed=seed)
        assert partition(drawn) == sets((1, 2, 3), (4, 5, 6))


def test_communities_do_not_depend_on_the_random_numbers_of_others():
    rng = np.random.default_rng(3)
    flows = counties({(h, w): int(n) for (h, w), n in zip(
        [(h, w) for h in range(1, 10) for w in range(1, 10)], rng.integers(0, 50, 81), strict=True
    )})  # fmt: skip
    random.seed(1)
    first = lm.delineate(flows, "leiden", resolution=1.2)
    state = random.getstate()
    random.seed(99)
    pd.testing.assert_frame_equal(lm.delineate(flows, "leiden", resolution=1.2), first)
    random.seed(1)
    assert random.getstate() == state  # and draw none of theirs
    assert igraph.Graph.Full(3).community_leiden(objective_function="modularity").membership == [0, 0, 0]


def test_a_resolution_of_nothing_is_refused():
    with pytest.raises(NotSupportedError, match="resolution"):
        lm.delineate(counties({(1, 1): 5}), "leiden", resolution=0)
