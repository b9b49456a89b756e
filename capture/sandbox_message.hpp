// What a sandbox and its keeper say to each other, as packets over a socket between them. Private to the two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/descriptor.hpp"

namespace layerlab::capture::sandbox {

enum class Word : std::uint32_t {
    // to the keeper
    mapped,  // its user ids mean something now
    run,     // text: a line of the shell; descriptor: where its output goes; value 1: that is a terminal of its own
    signal,  // value: its number
    // from the keeper
    unshared,   // value 1: with a user namespace
    ready,      // descriptors: of the TAP interfaces
    failed,     // text: what is wrong; behind a line end, what would help
    ended,      // value: the exit status
    addresses,  // text: see interface_addresses.hpp
};

struct Message {
    Word word = Word::failed;
    std::int32_t value = 0;
    std::uint64_t program = 0;
    std::string text;
    std::vector<Descriptor> descriptors;
};

inline constexpr std::size_t largest_text = 60'000;
inline constexpr std::size_t most_descriptors = 64;

// False when the other side has gone, or when `text` is too long. The descriptors stay the caller's.
bool send(const Descriptor& socket, Word word, std::string_view text = {}, std::uint64_t program = 0,
          std::int32_t value = 0, const std::vector<int>& descriptors = {});
// Nothing when the other side has gone. With `waits` false: nothing, and `is_open` true, when nothing has been said.
std::optional<Message> receive(const Descriptor& socket, bool waits, bool& is_open);

}  // namespace layerlab::capture::sandbox
