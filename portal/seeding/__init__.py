"""Made-up data for demonstrations and measurements: a believable month at two centres, or a province of millions."""
