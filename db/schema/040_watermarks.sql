-- How far OAI-PMH has been read for a benchmark, by what was asked for: the whole archive or one set, papers since
-- when, by which terms. A list of a set never moves the watermark of another set or of the whole archive.
CREATE TABLE harvest_watermarks (
    benchmark   VARCHAR NOT NULL,
    set_spec    VARCHAR NOT NULL,   -- '' for the whole archive
    terms       VARCHAR[] NOT NULL,
    since       TIMESTAMP NOT NULL, -- papers first submitted earlier were passed over
    read_to     DATE,               -- the server's date from which to ask for changes
    updated_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (benchmark, set_spec)
);

-- From now on harvest_marks.oai_from is the day of a benchmark's first search and does not move. Until now it moved,
-- and a run with --set moved it for all sets; which run did was not kept. So changes are read again from the day before
-- the first run, once.
UPDATE harvest_marks
SET oai_from = least(oai_from, (SELECT CAST(min(started_at) AS DATE) - 1 FROM harvest_runs))
WHERE oai_from IS NOT NULL AND EXISTS (SELECT 1 FROM harvest_runs);
