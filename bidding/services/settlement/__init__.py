"""From the award to the filed contract: report, refusal, securities, filing."""
