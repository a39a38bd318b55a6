-- Of what each paper's rows of the curated table were made: its reading, its decisions, the rule in force. Rows are made
-- anew only for papers of which one of these has changed.
CREATE TABLE curated_papers (
    arxiv_id    VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    made_of     VARCHAR NOT NULL,
    PRIMARY KEY (arxiv_id, version)
);
