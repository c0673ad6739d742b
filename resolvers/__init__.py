"""The work: reads, pages, commands, and the pure rules behind them."""
