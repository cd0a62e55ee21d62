"""`System.Globalization`: the invariant culture, and the styles in which texts are read."""
