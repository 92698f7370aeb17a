#!/bin/sh
# Ranks the judged queries with PostgreSQL's German full text and pg_trgm, as a plain engine would.
#
# In: FOLDER with records.tsv (key, title, body) and queries.tsv (id, words). Out: FOLDER/ranked.tsv
# (id, rank, key). Installs PostgreSQL from Debian where it is missing, runs a server of its own in
# FOLDER on a socket without a network port, and stops it again.
set -eu

folder=$(cd "$1" && pwd)
newest() { find /usr/lib/postgresql -mindepth 2 -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n 1; }

if [ -z "$(newest)" ]; then
    echo "installing postgresql from Debian" >&2
    apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql >&2
fi
bin=$(dirname "$(newest)")

# The server refuses to run as root.
as=''
if [ "$(id -u)" = 0 ]; then
    chown -R postgres "$folder"
    as='runuser -u postgres --'
fi

cd "$folder"
$as "$bin/initdb" -D "$folder/cluster" -E UTF8 --locale=C.UTF-8 --auth=trust >/dev/null
stop() { $as "$bin/pg_ctl" -D "$folder/cluster" -m immediate stop >/dev/null 2>&1 || true; }
trap stop EXIT
$as "$bin/pg_ctl" -D "$folder/cluster" -w -l "$folder/server.log" \
    -o "-c listen_addresses='' -k '$folder'" start >/dev/null

$as "$bin/psql" -q -v ON_ERROR_STOP=1 -h "$folder" -d postgres <<SQL
create extension pg_trgm;
create table record (key text primary key, title text not null, body text not null, words tsvector);
create table query (id text primary key, words text not null);
\copy record (key, title, body) from '$folder/records.tsv'
\copy query (id, words) from '$folder/queries.tsv'
update record set words =
    setweight(to_tsvector('german', title), 'A') || setweight(to_tsvector('german', body), 'B');
create index on record using gin (words);
create index on record using gin (title gin_trgm_ops);
analyze;
-- All words first, then any word, then what looks alike: the usual recipe.
create table ranked as
select query.id, found.rank, found.key
from query,
    lateral (select plainto_tsquery('german', query.words) as every) as asked,
    lateral (select replace(asked.every::text, '&', '|')::tsquery as some) as loose,
    lateral (
        select key, row_number() over (
            order by record.words @@ asked.every desc,
                ts_rank(record.words, loose.some, 1) + word_similarity(query.words, title) desc, key
        ) as rank
        from record
        where record.words @@ loose.some or query.words <% title
        order by rank limit 20
    ) as found;
\copy (select id, rank, key from ranked order by id, rank) to '$folder/ranked.tsv'
SQL
