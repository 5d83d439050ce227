"""The parts of the benchmark; `benches/bench.py` puts them together. Python 3.11, standard library only."""
