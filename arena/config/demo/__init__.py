"""What a fresh installation starts with: small real models, a prompt library, the open arena and two leaderboards."""
