"""The borders: NONMEM event records and BibTeX. Compartment numbers stay here."""
