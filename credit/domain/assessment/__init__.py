"""Assessment bodies: their register, the draw of one for an evaluation, their reports and their removal."""
