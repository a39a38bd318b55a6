-- What a reading could not read of a paper: a table that is a picture, a page without text, a language that is not read.
CREATE TABLE reading_notes (
    arxiv_id        VARCHAR NOT NULL,
    version         INTEGER NOT NULL,
    kind            VARCHAR NOT NULL,   -- vocabulary.NoteKind
    page            INTEGER,            -- null: the whole paper
    detail          VARCHAR NOT NULL    -- "Table 3"; "" where the kind says all
);
