"""Changes to battles: starting, answering, stopping, voting. Each is one transaction with keyword-only arguments."""
