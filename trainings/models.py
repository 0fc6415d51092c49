"""What is planned, enrolled in and attended."""
