-- What staff need to act for themselves: keys, promises kept over restarts, decisions.

CREATE TABLE tokens (
    id            text NOT NULL PRIMARY KEY,
    contact_point text REFERENCES contact_points (id), -- null: the operator
    name          text NOT NULL,
    scopes        text NOT NULL, -- separated by spaces
    created_at    text NOT NULL,
    expires_at    text NOT NULL,
    revoked_at    text,
    last_used_on  text,          -- the day only
    sha256        text NOT NULL  -- of the whole token; the token itself is nowhere
);

-- Answers to requests that may be sent again, by what they had as `Idempotency-Key`.
CREATE TABLE idempotent_answers (
    contact_point text   NOT NULL,
    key_sha256    text   NOT NULL,
    fingerprint   text   NOT NULL, -- SHA-256 of what was asked
    import_id     bigint NOT NULL,
    at            text   NOT NULL,
    PRIMARY KEY (contact_point, key_sha256)
);

-- What a person has decided about two records: the same group, or two groups.
CREATE TABLE duplicate_decisions (
    id           bigint NOT NULL PRIMARY KEY,
    first_group  text   NOT NULL, -- the lower id of the two
    second_group text   NOT NULL,
    is_same      bigint NOT NULL,
    who          text   NOT NULL,
    at           text   NOT NULL,
    UNIQUE (first_group, second_group)
);

-- Consents that were withdrawn: no content, so that it can be kept and heeded for ever.
CREATE TABLE withdrawals (
    group_id     text NOT NULL PRIMARY KEY,
    withdrawn_on text NOT NULL
);
