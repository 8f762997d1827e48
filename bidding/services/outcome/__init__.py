"""Acts beside the marks: reasons for marks that lie apart, and questions about low prices."""
