// The command line of dig: what is to be asked, of whom, and what to show. Options in front of the first name hold for
// all names, those behind a name for that one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/programs/dig_text.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {

struct DigLookup {
    std::string name = ".";
    Family family = Family::any;  // -4, -6: of the way to the server
    std::string server;           // @server; empty: those of the host
    proto::wire::DnsType type = proto::wire::DnsType::a;
    bool has_type = false, has_name = false;
    std::uint16_t port = proto::wire::dns_port;
    DigLayout layout;
    bool stats = true, short_form = false, identify = false, show_query = false;
    bool tcp = false, recurse = true, edns = true, dnssec = false, cookie = true, ad = true, cd = false;
    bool search = false, ignore_truncation = false, trace = false;
    std::uint16_t buffer_size = proto::wire::usual_edns_size;
    int tries = 3;
    int timeout = 5;  // seconds
};

struct DigCommandLine {
    std::vector<DigLookup> lookups;
    bool print_command = true;  // +cmd
    bool version = false;       // -v
    std::string warnings;       // to be printed first
    std::string error;          // and then status 1
};

DigCommandLine read_dig_arguments(const std::vector<std::string>& arguments);

}  // namespace layerlab::sim::programs
