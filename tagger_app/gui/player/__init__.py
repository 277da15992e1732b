"""The player: waveform and fit curve, transport, in and out points."""
