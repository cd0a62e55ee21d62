"""JSON as text: read and written as Newtonsoft does it."""
