"""Values of C# at run time, and what they may use up."""
