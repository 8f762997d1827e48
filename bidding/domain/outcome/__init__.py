"""What follows the opening: marks, award, contract, handover."""
