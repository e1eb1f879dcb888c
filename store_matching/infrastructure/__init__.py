"""Terraform without a network or an account, and what a plan of it grants."""
