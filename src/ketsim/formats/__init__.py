"""The borders: NONMEM event records, dose tables, Parquet and BibTeX. Compartment numbers stay here."""
