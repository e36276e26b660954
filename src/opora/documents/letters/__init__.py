"""Letters from templates that a region can replace: their fields, their checking, their files. No database here."""
