"""Outside lists that are mirrored here and never made here."""
