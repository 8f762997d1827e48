"""What a cell of the rule tables may say: columns that read text, and conditions over facts."""
