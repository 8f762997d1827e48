"""Pre-qualification (资格预审): its document, its applications, and who may bid afterwards."""
