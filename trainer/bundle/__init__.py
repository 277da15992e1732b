"""From trained members to a bundle that the application installs."""
