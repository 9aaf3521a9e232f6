"""Run the whole arena on one machine: private services, one supervisor, nothing to install by hand."""
