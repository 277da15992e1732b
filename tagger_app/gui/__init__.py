"""The desktop application: a PySide6 shell over index, scan, suggest and handoff; nothing else imports Qt."""
