"""What programs of the outside are told: who says it, who may look, and what a message holds (D-30, decision 0015)."""
