from __future__ import annotations

from tagger_app.ensemble.choose import bundle_folders, choose_bundle
from tagger_app.ensemble.thresholds import thresholds_of, with_thresholds


def test_own_thresholds_take_the_place_of_the_bundles(bundle):
    before = thresholds_of(bundle)
    genre = bundle.trained_genres[0]
    changed = with_thresholds(bundle, {genre: 0.99, "Nonsense": 0.1})
    assert thresholds_of(changed) == {**before, genre: 0.99}
    assert thresholds_of(bundle) == before
    assert (changed.id, changed.contents) == (bundle.id, bundle.contents)


def test_every_folder_that_is_listed_can_be_chosen(bundle):
    folders = bundle_folders()
    assert bundle.folder in folders.values()
    assert choose_bundle(bundle.id).id == bundle.id
