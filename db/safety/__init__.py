"""What keeps a study safe: decisions as lines beside the database, checks, backups and restoring."""
