"""What a machine without a company needs to try the gateway: people, a world, and somewhere to sign in."""
