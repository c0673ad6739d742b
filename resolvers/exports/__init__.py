"""Files of records: what they hold, who may have them, and the jobs that make them."""
