"""Typed clients for the cloud operations that tell who holds which credential.

The clients of single operations are in `cloudkeys_api`, one package for each spec; this package holds what they run
on, written by hand.
"""
