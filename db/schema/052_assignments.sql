-- Who answers which paper: whole papers, so that nobody reads one that another person has read already.
CREATE TABLE assignments (
    arxiv_id    VARCHAR NOT NULL,
    annotator   VARCHAR NOT NULL,   -- as the review server names the person: an e-mail address
    assigned_at TIMESTAMP NOT NULL,
    PRIMARY KEY (arxiv_id, annotator)
);

-- The numbers by which a review server's exports name people.
CREATE TABLE annotators (
    server      VARCHAR NOT NULL,
    number      INTEGER NOT NULL,
    annotator   VARCHAR NOT NULL,
    PRIMARY KEY (server, number)
);
