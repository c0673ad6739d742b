"""The ground: what exists, whose it is, who asks, and what they may touch."""
