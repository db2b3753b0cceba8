"""Asks a running server the questions whose answers the tables of versions hold, and prints their entries for it."""
