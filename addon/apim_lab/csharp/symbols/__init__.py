"""Types and their members, as tables in C#'s own words."""
