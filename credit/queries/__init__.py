"""Read models of the credit wing: cases for acts, scores, standing, pages."""
