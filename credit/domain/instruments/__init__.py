"""Instruments: penalty decisions, judgments and honours, entries of a register that records rest on."""
