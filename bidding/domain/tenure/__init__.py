"""The service a community has: whose contract runs until when, and emergency service where none does."""
