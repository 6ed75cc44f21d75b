"""Panels that apps above add to the page of a case."""

from dossiers.admin.panels import Panels

CASE = Panels()
