// What `layerlab replay` was asked for.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "capture/replay_pace.hpp"
#include "proto/machine/address_map.hpp"

namespace layerlab::cli {

struct ReplayOptions {
    std::string file, interface;
    std::uint64_t loops = 1;
    bool json = false;
    // From the texts, by parse().
    capture::ReplayPace pace = capture::ReplayPace::at_speed(1'000'000);
    proto::machine::AddressMap map;
    bool rewrite_mac = false;
    std::optional<proto::MacAddress> destination_mac;

    void add_to(CLI::App& sub);
    proto::Result<void> parse();

  private:
    std::string speed_, mbps_, pps_;
    bool topspeed_ = false;
    std::vector<std::string> maps_, mac_;
    CLI::Option* mac_option_ = nullptr;
};

// "2.5" in millionths, more than 0 and at most a billion.
proto::Result<std::uint64_t> parse_millionths(std::string_view text, std::string_view what);

}  // namespace layerlab::cli
