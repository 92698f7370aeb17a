-- That somebody's data were erased, and of how many records; nothing of what they were.

CREATE TABLE erasures (
    id        bigint NOT NULL PRIMARY KEY,
    erased_at text   NOT NULL,
    who       text   NOT NULL,
    records   bigint NOT NULL, -- groups whose record changed
    places    bigint NOT NULL  -- members and texts from which something was taken
);
