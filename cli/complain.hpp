// The one form in which the program says that an input or a file is wrong.
#pragma once

#include <string>

#include "proto/base/result.hpp"

namespace layerlab::cli {

// "layerlab: MESSAGE" and "hint: HINT" on standard error; the exit status for it.
int complain(const proto::Error& error);

// Makes sure that descriptors 0, 1 and 2 are taken, so that no file that is opened later becomes the standard output.
void hold_standard_streams();
// Throws std::system_error, as fmt::print() does, when something that was printed could not be written.
void flush_standard_output();

}  // namespace layerlab::cli
