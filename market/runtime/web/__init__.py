"""The web shell: what every page and every API call of the market shares."""
