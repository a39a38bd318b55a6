"""The tables of the database, a module each: the only code that writes them."""
