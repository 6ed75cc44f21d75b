"""How well what people say is understood, scored on sets nobody learned from: `python -m tests.bench.understanding`."""
