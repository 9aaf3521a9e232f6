"""The pages on which people see, take home, decide about and erase what they gave."""
