-- Where a person found the value given in place of the one shown, if not on the page that was shown.
ALTER TABLE decisions ADD COLUMN answer_page INTEGER;
