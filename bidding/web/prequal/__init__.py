"""Pages and interface of pre-qualification: for applicants, the examiner and the supervising authority."""
