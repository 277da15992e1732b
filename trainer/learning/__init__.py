"""Networks and how they are trained, in folds that keep soundtracks apart."""
