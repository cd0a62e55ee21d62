"""`System.Linq`."""
