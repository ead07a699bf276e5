"""The words and the rules: values in, values out. No Qt, no input or output, no clock, no threads."""
