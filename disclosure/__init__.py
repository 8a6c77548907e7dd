"""A static public-disclosure site builder: department files in, a searchable public site out."""
