"""Objections, complaints, reports and what follows from them; suspension stands beside the tender."""
