"""Pages about models: public ones, and those with which curators register them and let them in and out of the draw."""
