"""Questions how a dossier stands: counted, shown by step, noted at the desk, answered by a proposal."""
