"""Handing what was found to an editing system: bins of cues and regions, lists, timelines and WAV files."""
