"""The survey of owners: who is asked, what is asked, and how the answers become one number."""
