-- Published lists of diseases that the operator imported. A source is replaced as a whole.

CREATE TABLE nomenclatures (
    id     text NOT NULL PRIMARY KEY,
    record text NOT NULL -- title, version, licence, when, checksum over its entries
);

CREATE TABLE nomenclature_entries (
    source text   NOT NULL REFERENCES nomenclatures (id),
    code   bigint NOT NULL, -- ORPHAcode
    record text   NOT NULL, -- names, ICD codes, parents, standing
    PRIMARY KEY (source, code)
);
