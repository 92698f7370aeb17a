-- What staff have decided about two records that look like one group. The lower id stands first,
-- so that a pair has one row. No foreign keys: a group may leave and come back under its id.

CREATE TABLE duplicate_decisions (
    group_a    text NOT NULL,
    group_b    text NOT NULL,
    verdict    text NOT NULL, -- same, different
    decided_at text NOT NULL,
    who        text NOT NULL,
    PRIMARY KEY (group_a, group_b),
    CHECK (group_a < group_b)
);
