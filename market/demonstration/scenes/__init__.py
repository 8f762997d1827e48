"""Scenes: what somebody does over HTTP, one function each; worlds and stories are made of them."""
