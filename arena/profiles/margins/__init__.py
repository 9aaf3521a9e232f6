"""Populations that raters may stand for, and PRISM's rules to choose among raters."""
