// Where the sources of this build are. In a unit of its own: the tests' objects carry no path, so a compiler cache can
// share them between checkouts.
#pragma once

namespace layerlab::tests {

/// Absolute, without a slash at its end.
extern const char* const source_dir;

}  // namespace layerlab::tests
