"""Papers as files: the certificate they are signed with, signing, checking."""
