"""`string`, `char` and what compares, searches and formats them."""
