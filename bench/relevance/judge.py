#!/usr/bin/env python3
"""Expands the judged queries into one grade per query and group.

Reads rules.tsv (which groups are about what), queries.tsv (what people type and what they mean)
and an export of the example data, and writes topics.tsv, places.tsv, same.tsv and judgements.tsv
beside itself. Nothing but the Python standard library is needed; the same input gives the same
bytes. The search itself is never asked: `concepts` and other fields the service worked out are
not read.

    curl http://127.0.0.1:8080/v1/export/groups.ndjson > groups.ndjson
    python3 bench/relevance/judge.py groups.ndjson
"""

import csv
import json
import math
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAIRS = HERE.parent.parent / "fixtures" / "pairs.tsv"
NEAR_KM = 30.0
STATE_BODIES = {"lakos-sachsen", "lakost-thueringen"}
# Lists that give no venue at all: town and contact point, looked up by hand.
WITHOUT_VENUES = {
    "Apolda": ("kiss-weimarer-land", (51.0247, 11.5139)),
    "Hildburghausen": ("ikos-hildburghausen", (50.4258, 10.7286)),
    "Niesky": ("kiss-goerlitz-niesky", (51.2919, 14.8217)),
    "Sömmerda": ("selbsthilfe-soemmerda", (51.1597, 11.1177)),
}


def rows(name):
    with open(HERE / name, encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)


def write(name, heading, lines):
    with open(HERE / name, "w", encoding="utf-8", newline="\n") as handle:
        handle.write("\t".join(heading) + "\n")
        for line in lines:
            handle.write("\t".join(str(cell) for cell in line) + "\n")


def key(group):
    return f"{group['contact_point']['id']}/{group['local_id']}"


def venue(group):
    return group["venue"] or {}


def texts(group):
    """The publisher's topics and the name, without the words that every group has before it."""
    plain = [topic.strip("(") for topic in group["topics"]] + [group["name"].strip("„“\"")]
    return [re.sub(r"^(SHG|Selbsthilfegruppe|Gesprächskreis|Treffen:) ", "", text) for text in plain]


# ---------------------------------------------------------------- topics


class Topics:
    """What the groups are about, by the hand-written rules."""

    def __init__(self, groups):
        self.rules = {row["topic_id"]: row for row in rows("rules.tsv")}
        self.about = {}
        for topic, row in self.rules.items():
            about = re.compile(row["about"], re.IGNORECASE)
            refuse = re.compile(row["not"], re.IGNORECASE) if row["not"] else None
            found = set()
            for group in groups:
                here = texts(group)
                if any(about.search(text) for text in here):
                    if not (refuse and any(refuse.search(text) for text in here)):
                        found.add(key(group))
            found |= set(row["add"].split())
            found -= set(row["drop"].split())
            self.about[topic] = found
            for other in row["broader"].split() + row["related"].split():
                if other not in self.rules:
                    raise SystemExit(f"rules.tsv: {topic} names unknown topic {other}")
        self.children = {topic: set() for topic in self.rules}
        for topic, row in self.rules.items():
            for parent in row["broader"].split():
                self.children[parent].add(topic)

    def narrower(self, topic):
        below, todo = set(), [topic]
        while todo:
            for child in sorted(self.children[todo.pop()]):
                if child not in below:
                    below.add(child)
                    todo.append(child)
        return below

    def broader(self, topic):
        above, todo = set(), [topic]
        while todo:
            for parent in self.rules[todo.pop()]["broader"].split():
                if parent not in above:
                    above.add(parent)
                    todo.append(parent)
        return above | set(self.rules[topic]["related"].split())


# ---------------------------------------------------------------- places


def kilometres(a, b):
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 12742.0 * math.asin(math.sqrt(half))


def middle(points):
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))


class Places:
    """Towns and postcodes as the middle of the groups that meet there."""

    def __init__(self, groups):
        by_name, by_office = {}, {}
        for group in groups:
            if venue(group).get("lat") is None:
                continue
            point = (venue(group)["lat"], venue(group)["lon"])
            by_office.setdefault(group["contact_point"]["id"], []).append(point)
            for name in (venue(group).get("town"), venue(group).get("postcode")):
                if name:
                    by_name.setdefault(name, []).append(point)
        self.points = {name: middle(points) for name, points in by_name.items()}
        self.offices = {
            office: middle(points)
            for office, points in by_office.items()
            if office not in STATE_BODIES
        }
        for town, (office, point) in WITHOUT_VENUES.items():
            self.points.setdefault(town, point)
            self.offices.setdefault(office, point)
        # Short names stand in group names: "Saalfeld" for "Saalfeld/Saale".
        self.short = {
            re.split(r"[/ ,(]", name)[0] if not name.startswith("Bad ") else name: name
            for name in self.points
            if not name.isdigit()
        }
        self.short["Heiligenstadt"] = "Heilbad Heiligenstadt"

    def of_group(self, group):
        """Where a group meets: its venue, else a town in its name, else its contact point."""
        if venue(group).get("lat") is not None:
            return (venue(group)["lat"], venue(group)["lon"])
        for word in re.findall(r"[\wäöüßÄÖÜ-]+", group["name"]):
            full = self.short.get(word)
            if full in self.points:
                return self.points[full]
        return self.offices.get(group["contact_point"]["id"])

    def inside(self, group, town):
        named = [self.short.get(word) for word in re.findall(r"[\w-]+", group["name"])]
        return venue(group).get("town") == town or (not venue(group) and town in named)

    def near(self, group, place):
        if group["format"] in ("online", "phone"):
            return True
        if place.startswith("district:"):
            return venue(group).get("district") == place.split(":", 1)[1]
        if place not in self.points:
            raise SystemExit(f"queries.tsv: no group meets in {place}")
        point = self.of_group(group)
        return point is not None and kilometres(point, self.points[place]) <= NEAR_KM


# ---------------------------------------------------------------- audience


def serves(group, wanted):
    """Is the group for the people who ask? Taken from the record's own fields and its name."""
    who, ages, name = set(group["audience"]), set(group["age_group"]), group["name"]
    if wanted == "affected":
        return "affected" in who
    if wanted == "relatives":
        return bool(who & {"relatives", "parents", "partners", "children", "siblings"})
    if wanted in ("parents", "partners", "children", "siblings", "bereaved"):
        return wanted in who
    if wanted == "young":
        return bool(ages & {"young_adults", "youth"}) or bool(re.search(r"\bJung|U30", name))
    if wanted == "seniors":
        return "seniors" in ages
    if wanted == "women":
        return group["gender"] == "women" or bool(re.search(r"\bFrauen", name))
    if wanted == "men":
        return group["gender"] == "men" or bool(re.search(r"\bMänner", name))
    if wanted == "online":
        return group["format"] in ("online", "hybrid")
    if wanted.startswith("lang:"):
        return wanted.split(":", 1)[1] in group["languages"]
    raise SystemExit(f"queries.tsv: unknown audience {wanted}")


# ---------------------------------------------------------------- grades


def topic_grades(expect, topics, groups):
    """group -> grade by topic alone. `topic` = 3 with its narrower (2) and broader or related (1)
    topics around it; `topic=2` sets the grade of that topic's own groups and brings no others."""
    stated, around = {}, {}
    for word in expect.split():
        name, _, grade = word.partition("=")
        if name.startswith("name:"):
            wanted = name.split(":", 1)[1].replace("_", " ")
            own = {key(g) for g in groups if wanted.lower() in g["name"].lower()}
        elif name.startswith("lang:"):
            own = {key(g) for g in groups if serves(g, name)}
        elif name.startswith("cp:"):
            own = {key(g) for g in groups if g["contact_point"]["id"] == name.split(":", 1)[1]}
        elif name == "all":
            own = {key(g) for g in groups}
        elif name == "none":
            own = set()
        else:
            if name not in topics.about:
                raise SystemExit(f"queries.tsv: unknown topic {name}")
            own = topics.about[name]
            if not grade:
                for other in topics.broader(name):
                    for group in topics.about[other]:
                        around[group] = max(around.get(group, 0), 1)
                for other in topics.narrower(name):
                    for group in topics.about[other]:
                        around[group] = max(around.get(group, 0), 2)
        for group in own:
            stated[group] = max(stated.get(group, 0), int(grade or 3))
    return {**around, **stated}


def judge(query, topics, places, groups):
    grades = {}
    by_topic = topic_grades(query["expect"], topics, groups)
    for group in groups:
        grade = by_topic.get(key(group), 0)
        if grade == 0:
            continue
        if query["expect"] == "all":
            # A town and nothing else: the groups that meet there; online ones are no answer to it.
            grade = 0
            if group["format"] not in ("online", "phone") and places.near(group, query["place"]):
                grade = 3 if places.inside(group, query["place"]) else 2
        elif query["place"] and not places.near(group, query["place"]):
            grade = max(1, grade - 1)
        if not all(serves(group, wanted) for wanted in query["audience"].split()):
            grade = max(1, grade - 1)
        if grade:
            grades[key(group)] = grade
    for topic in query["forbid"].split():
        for group in topics.about[topic]:
            grades.setdefault(group, -1)
    return grades


# ---------------------------------------------------------------- duplicates


def plain(name):
    return re.sub(r"^(shg|selbsthilfegruppe) |\W+", "", name.lower())


def same_groups(groups):
    """Sets of listings that are one group: the pairs of the fixtures, and equal name, town and
    topics at two contact points."""
    found = []
    if PAIRS.exists():
        index = {(g["contact_point"]["id"], g["name"]): key(g) for g in groups}
        with open(PAIRS, encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
                a = index.get((row["contact_point_a"], row["name_a"]))
                b = index.get((row["contact_point_b"], row["name_b"]))
                if row["kind"] == "same" and a and b:
                    found.append((a, b))
    by_name = {}
    for group in groups:
        if venue(group).get("town"):
            by_name.setdefault((plain(group["name"]), venue(group)["town"]), []).append(group)
    for listed in by_name.values():
        for one in listed:
            for two in listed:
                if one["contact_point"]["id"] < two["contact_point"]["id"] and (
                    set(one["topics"]) & set(two["topics"])
                ):
                    found.append((key(one), key(two)))
    pairs = sorted({tuple(sorted(pair, reverse=True)) for pair in found})
    stand_for = {two for _, two in pairs}
    for one in {one for one, _ in pairs}:
        if one in stand_for or sum(one == other for other, _ in pairs) > 1:
            raise SystemExit(f"same.tsv: more than two listings of {one}")
    return pairs


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as handle:
        groups = [json.loads(line) for line in handle if line.strip()]
    groups = sorted((g for g in groups if "contact_point" in g), key=key)
    if any(" " in key(group) for group in groups):
        raise SystemExit("a local_id with a blank: lists in the tables could not be read")
    topics, places = Topics(groups), Places(groups)
    queries = list(rows("queries.tsv"))

    write(
        "topics.tsv",
        ["topic_id", "label", "about", "narrower", "broader_or_related"],
        (
            [
                topic,
                row["label"],
                " ".join(sorted(topics.about[topic])),
                " ".join(sorted(topics.narrower(topic))),
                " ".join(sorted(topics.broader(topic))),
            ]
            for topic, row in topics.rules.items()
        ),
    )
    named = sorted({q["place"] for q in queries if q["place"] in places.points})
    write(
        "places.tsv",
        ["place", "lat", "lon"],
        ([p, f"{places.points[p][0]:.4f}", f"{places.points[p][1]:.4f}"] for p in named),
    )
    pairs = same_groups(groups)
    write("same.tsv", ["group", "same_as"], pairs)

    lines, wrong, count = [], [], 0
    for query in queries:
        grades = judge(query, topics, places, groups)
        for one, two in pairs:
            best = max(grades.get(one, 0), grades.get(two, 0))
            if best > 0:
                grades[one] = grades[two] = best
        for grade in (3, 2, 1, -1):
            graded = sorted(group for group, own in grades.items() if own == grade)
            if graded:
                lines.append((query["id"], grade, " ".join(graded)))
                count += len(graded)
        answered = any(grade > 0 for grade in grades.values())
        exact = any(grade == 3 for grade in grades.values())
        if query["class"] == "nonsense" and answered:
            wrong.append(f"{query['id']}: nonsense must have no group")
        if query["class"] == "rare_without_group" and (exact or not answered):
            wrong.append(f"{query['id']}: wants broader groups only")
        if query["class"] not in ("nonsense", "rare_without_group") and not exact:
            wrong.append(f"{query['id']} ({query['query']}): no group of grade 3")
    if wrong:
        raise SystemExit("\n".join(wrong))
    write("judgements.tsv", ["query_id", "grade", "group"], lines)
    print(f"{len(queries)} queries, {len(topics.rules)} topics, {count} judgements, "
          f"{len(pairs)} pairs of listings of one group")


if __name__ == "__main__":
    main()
