-- Whether an answer decides between others, and where the value that a person gave stands in the paper.
ALTER TABLE decisions ADD COLUMN adjudicates BOOLEAN DEFAULT false;
ALTER TABLE decisions ADD COLUMN found_page INTEGER;    -- null: found nowhere, or nobody looked
ALTER TABLE decisions ADD COLUMN found_quote VARCHAR;
ALTER TABLE decisions ADD COLUMN found_boxes JSON;
ALTER TABLE decisions ADD COLUMN typed VARCHAR;         -- the value in the person's own words
-- until now every answer to a question asked anew was the last word: its task's key carries the page's revision
UPDATE decisions SET adjudicates = contains(split_part(coalesce(backend_id, ''), '#', 1), ':');

-- Whose word a quote is where it is not the paper's: a corrected value that stands nowhere in its text.
ALTER TABLE curated_values ADD COLUMN stated_by VARCHAR;
