"""The tender wing: from draft to opening, award, contract and handover."""
