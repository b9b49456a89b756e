// Feeds frames, a millisecond apart, to something that counts dissected frames.
#pragma once

#include "proto/statistics/table.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::statistics::test {

using namespace dissect::test;

// `use(frame, dissection)` for each frame, dissected with what is wanted.
template <class Use>
void feed(const dissect::Wanted& wanted, const std::vector<Octets>& frames, Use use) {
    dissect::Options options;
    options.wanted = &wanted;
    Watcher watcher(options);
    for (const Octets& frame : frames) {
        watcher.see(frame);
        use(watcher.in(), watcher.last());
    }
}

inline std::vector<std::string> texts(const std::vector<Cell>& row) {
    std::vector<std::string> found;
    for (const Cell& cell : row) found.push_back(cell.text);
    return found;
}

}  // namespace layerlab::proto::statistics::test
