-- The catalogue: contact points, their groups, and how the groups came to be as they are.
-- Only text and bigint, so that SQLite and PostgreSQL read the same file. Moments are text in
-- UTC with six decimals ("2026-03-01T08:00:00.000000Z"), so they sort as text.

CREATE TABLE catalogue_state (
    only_row     bigint NOT NULL PRIMARY KEY CHECK (only_row = 1),
    revision     bigint NOT NULL, -- one more in every transaction that changes what is published
    example_data bigint NOT NULL  -- 1: every group is an invented example
);

CREATE TABLE contact_points (
    id     text NOT NULL PRIMARY KEY,
    record text NOT NULL
);

CREATE TABLE group_records (
    id            text NOT NULL PRIMARY KEY,
    contact_point text NOT NULL REFERENCES contact_points (id),
    local_id      text NOT NULL,
    record        text NOT NULL, -- group/v1 with its internal members
    UNIQUE (contact_point, local_id)
);

CREATE TABLE tombstones (
    group_id    text NOT NULL PRIMARY KEY,
    deleted_at  text NOT NULL,
    replaced_by text
);

CREATE TABLE imports (
    id            bigint NOT NULL PRIMARY KEY,
    contact_point text   NOT NULL REFERENCES contact_points (id),
    at            text   NOT NULL,
    who           text   NOT NULL,
    source_name   text   NOT NULL,
    mode          text   NOT NULL,
    state         text   NOT NULL,
    counts        text   NOT NULL,
    findings      text   NOT NULL,
    applied_as    bigint, -- place in the order in which imports were applied
    revision      bigint, -- the catalogue's revision after it
    undoable      bigint NOT NULL -- 1: its before-image is still kept
);

CREATE INDEX imports_of_contact_point ON imports (contact_point, applied_as);

-- What each group was before an import touched it; null: it was not there.
CREATE TABLE before_images (
    import_id bigint NOT NULL REFERENCES imports (id),
    group_id  text   NOT NULL,
    record    text,
    PRIMARY KEY (import_id, group_id)
);

-- The groups of a held import, which wait for a person's word.
CREATE TABLE staged_groups (
    import_id bigint NOT NULL REFERENCES imports (id),
    position  bigint NOT NULL,
    record    text   NOT NULL,
    PRIMARY KEY (import_id, position)
);

-- When the published form of each group last changed, for whatever reason.
CREATE TABLE public_forms (
    group_id   text NOT NULL PRIMARY KEY,
    hash       text, -- null: no longer published
    changed_at text NOT NULL
);
