#include "proto/wire/dhcp_options.hpp"

#include <algorithm>

namespace layerlab::proto::wire {

const DhcpOptionInfo* find_dhcp_option(std::uint8_t code) {
    const auto found = std::lower_bound(dhcp_options.begin(), dhcp_options.end(), code,
                                        [](const DhcpOptionInfo& info, std::uint8_t c) { return info.code < c; });
    return found != dhcp_options.end() && found->code == code ? &*found : nullptr;
}

const char* dhcp_option_title(std::uint8_t code) {
    const char* name = ValueNames(dhcp_option_names).find(code);
    return name ? name : "Unknown";
}

const char* dhcp_length_fault(const DhcpOptionInfo& info, std::size_t length) {
    switch (info.form) {
        case DhcpForm::address:
        case DhcpForm::uint32:
        case DhcpForm::sint32: return length == 4 ? nullptr : "it must have 4";
        case DhcpForm::addresses: return length > 0 && length % 4 == 0 ? nullptr : "it must have a multiple of 4";
        case DhcpForm::address_pairs: return length > 0 && length % 8 == 0 ? nullptr : "it must have a multiple of 8";
        case DhcpForm::uint8:
        case DhcpForm::boolean: return length == 1 ? nullptr : "it must have 1";
        case DhcpForm::uint16: return length == 2 ? nullptr : "it must have 2";
        case DhcpForm::uint16s: return length > 0 && length % 2 == 0 ? nullptr : "it must have a multiple of 2";
        case DhcpForm::codes: return length > 0 ? nullptr : "it must have at least 1";
        case DhcpForm::client_id: return length > 1 ? nullptr : "it must have at least 2";
        case DhcpForm::text:
        case DhcpForm::bytes: return nullptr;
    }
    return nullptr;
}

}  // namespace layerlab::proto::wire
