// Ctrl-C, for subcommands that end in order: the first time they stop, the second time they stop at once.
#pragma once

namespace layerlab::cli {

void listen_to_signals();
// How many have come.
int signals_seen();

}  // namespace layerlab::cli
