"""What puts the pages of the documentation site together, and checks the site that Zensical makes of them."""
