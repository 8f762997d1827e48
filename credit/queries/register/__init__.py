"""Reading the register of enterprises, today and on a day in the past."""
