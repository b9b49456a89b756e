// The first process of a sandbox: starts programs in it, and takes all of them with it when it ends.
#pragma once

#include <string>

#include "capture/sandbox.hpp"

namespace layerlab::capture::sandbox {

// As process 1 of a process namespace: serves until the other side of `control` has gone.
[[noreturn]] void keep(const Descriptor& control);

// In a mount namespace of its own: makes what can be seen read-only and covers what is private. Gives what went wrong,
// or nothing.
std::string mount_private_view(const std::vector<Sandbox::File>& files);

}  // namespace layerlab::capture::sandbox
