"""How the market reaches a person outside its pages: letters and calendars."""
