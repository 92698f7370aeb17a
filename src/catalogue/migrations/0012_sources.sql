-- Contact points' own feeds and pages, and what came of the last look at each.

CREATE TABLE sources (
    contact_point text   NOT NULL PRIMARY KEY REFERENCES contact_points (id),
    settings      text   NOT NULL, -- JSON in the form of source.json
    attempted_at  text,
    succeeded_at  text,
    next_at       text,            -- null: at once
    failures      bigint NOT NULL DEFAULT 0, -- in a row
    result        text,            -- updated, unchanged, held, failed
    cause         text,            -- JSON: rule and what it was about
    import_id     bigint,          -- the import of the last look that led to one
    etag          text,
    last_modified text,
    content_hash  text
);
