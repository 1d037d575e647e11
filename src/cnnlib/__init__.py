"""The small NumPy library behind the interactive book "Why Convolutions?"."""
