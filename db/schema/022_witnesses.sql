-- What leaderboards say of results that we read too. A leaderboard is a witness: it changes no value.
CREATE TABLE witnesses (
    source          VARCHAR NOT NULL,   -- name of the file
    arxiv_id        VARCHAR NOT NULL,
    benchmark       VARCHAR,
    model           VARCHAR NOT NULL,   -- as the leaderboard prints it
    field           VARCHAR NOT NULL,
    metric          VARCHAR,
    theirs          DOUBLE,
    theirs_text     VARCHAR,
    record_key      VARCHAR,            -- of ours; null where only they have it
    ours            DOUBLE,
    ours_text       VARCHAR,
    page            INTEGER,
    verdict         VARCHAR NOT NULL,   -- agree | disagree | theirs_only
    seen_at         TIMESTAMP NOT NULL
);
