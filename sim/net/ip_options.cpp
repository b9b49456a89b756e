#include "sim/net/ip_options.hpp"

#include <cstring>

namespace layerlab::sim {
namespace {
constexpr std::uint8_t end_of_list = 0, no_operation = 1, kind_record_route = 7;
}

void write_record_route(std::uint8_t* options, proto::Ipv4Address first) {
    std::memset(options, 0, record_route_size);
    options[0] = no_operation;
    options[1] = kind_record_route;
    options[2] = 39;  // kind, length, pointer and nine addresses
    options[3] = 8;   // the pointer counts from 1: the first slot is at 4
    first.store(options + 4);
}

bool record_route(proto::MutableBytes options, proto::Ipv4Address address) {
    std::size_t at = 0;
    while (at < options.size() && options[at] != end_of_list) {
        if (options[at] == no_operation) {
            ++at;
            continue;
        }
        if (at + 3 > options.size()) return false;
        const std::size_t length = options[at + 1], pointer = options[at + 2];
        if (length < 3 || at + length > options.size()) return false;
        if (options[at] != kind_record_route) {
            at += length;
            continue;
        }
        if (pointer < 4 || pointer + 3 > length) return false;  // full
        address.store(options.data() + at + pointer - 1);
        options[at + 2] = static_cast<std::uint8_t>(pointer + 4);
        return true;
    }
    return false;
}

}  // namespace layerlab::sim
