#include "tests/source_dir.hpp"

namespace layerlab::tests {

const char* const source_dir = LAYERLAB_SOURCE_DIR;

}  // namespace layerlab::tests
