#include "viewer/model/bit_diagram.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/value.hpp"

namespace layerlab::viewer {
namespace {

using proto::BitRange;
using proto::dissect::Item;

// A field longer than four rows (the names of BOOTP) is drawn as one row.
constexpr std::uint32_t longest_field = 4 * bits_per_row;

struct Short {
    std::string_view name, text;
};
constexpr std::array shorts{
    Short{"ip.version", "Ver"},
    Short{"ip.hdr_len", "IHL"},
    Short{"ip.len", "Length"},
    Short{"ip.id", "Ident"},
    Short{"ip.frag_offset", "Offset"},
    Short{"ip.ttl", "TTL"},
    Short{"ip.proto", "Protocol"},
    Short{"ip.checksum", "Checksum"},
    Short{"ip.src", "Source"},
    Short{"ip.dst", "Destination"},
    Short{"ip.flags.rb", "0"},
    Short{"tcp.srcport", "Source port"},
    Short{"tcp.dstport", "Dest. port"},
    Short{"udp.srcport", "Source port"},
    Short{"udp.dstport", "Dest. port"},
    Short{"tcp.seq_raw", "Sequence"},
    Short{"tcp.ack_raw", "Acknowledgment"},
    Short{"tcp.hdr_len", "Len"},
    Short{"tcp.window_size_value", "Window"},
    Short{"tcp.urgent_pointer", "Urgent"},
    Short{"tcp.flags.push", "PSH"},
    Short{"tcp.flags.reset", "RST"},
    Short{"icmp.ident", "Ident"},
    Short{"icmp.seq", "Sequence"},
    Short{"arp.hw.type", "Hardware"},
    Short{"arp.proto.type", "Protocol"},
    Short{"arp.hw.size", "HLen"},
    Short{"arp.proto.size", "PLen"},
    Short{"arp.opcode", "Opcode"},
    Short{"arp.src.hw_mac", "Sender MAC"},
    Short{"arp.src.proto_ipv4", "Sender IP"},
    Short{"arp.dst.hw_mac", "Target MAC"},
    Short{"arp.dst.proto_ipv4", "Target IP"},
    Short{"dns.id", "ID"},
    Short{"dns.flags.response", "QR"},
    Short{"dns.flags.opcode", "Op"},
    Short{"dns.flags.authoritative", "AA"},
    Short{"dns.flags.truncated", "TC"},
    Short{"dns.flags.recdesired", "RD"},
    Short{"dns.flags.recavail", "RA"},
    Short{"dns.flags.authenticated", "AD"},
    Short{"dns.flags.checkdisable", "CD"},
    Short{"dns.count.queries", "Questions"},
    Short{"dns.count.answers", "Answers"},
    Short{"dns.count.auth_rr", "Authority"},
    Short{"dns.count.add_rr", "Additional"},
    Short{"dhcp.type", "Op"},
    Short{"dhcp.hw.type", "HType"},
    Short{"dhcp.hw.len", "HLen"},
    Short{"dhcp.secs", "Seconds"},
    Short{"dhcp.flags.bc", "BC"},
    Short{"dhcp.ip.client", "Client IP"},
    Short{"dhcp.ip.your", "Your IP"},
    Short{"dhcp.ip.server", "Next server"},
    Short{"dhcp.ip.relay", "Relay"},
    Short{"dhcp.hw.mac_addr", "Client MAC"},
    Short{"dhcp.flags.reserved", "Reserved"},
};

std::string value_of(const Item& item) {
    if (item.field->type == proto::FieldType::boolean) return item.number ? "1" : "0";
    std::string value;
    proto::dissect::append_value_with_name(value, item);
    std::string printable;
    proto::dissect::append_printable(printable, value);
    return printable;
}

bool contains(BitRange outer, BitRange inner) {
    return outer.first <= inner.first && inner.first + inner.width <= outer.first + outer.width;
}

// A word of flags gives way to its flags, and of several names for one place the first stays.
std::vector<const Item*> leaves(const std::vector<const Item*>& items) {
    std::vector<const Item*> out;
    for (const Item* item : items) {
        const BitRange own = item->field->place;
        const bool is_parted = std::any_of(items.begin(), items.end(), [&](const Item* other) {
            return other != item && contains(own, other->field->place) && other->field->place.width < own.width;
        });
        const bool overlaps = std::any_of(out.begin(), out.end(), [&](const Item* other) {
            const BitRange place = other->field->place;
            return own.first < place.first + place.width && place.first < own.first + own.width;
        });
        if (!is_parted && !overlaps) out.push_back(item);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Item* a, const Item* b) { return a->field->place.first < b->field->place.first; });
    return out;
}

void add_pieces(BitDiagram& d, std::uint32_t cell, std::uint32_t rows_saved) {
    const DiagramCell& c = d.cells[cell];
    const std::size_t begin = d.pieces.size();
    const std::uint32_t width = c.width > longest_field ? bits_per_row : c.width;
    for (std::uint32_t done = 0; done < width;) {
        const std::uint32_t at = c.first + done - rows_saved * bits_per_row;
        const std::uint32_t column = at % bits_per_row, take = std::min(bits_per_row - column, width - done);
        d.pieces.push_back({cell, at / bits_per_row, column, take, false});
        done += take;
    }
    const auto widest = std::max_element(d.pieces.begin() + static_cast<std::ptrdiff_t>(begin), d.pieces.end(),
                                         [](const auto& a, const auto& b) { return a.width < b.width; });
    widest->has_label = true;
}

}  // namespace

std::string short_title(const proto::FieldInfo& field) {
    const std::string_view name = field.name;
    for (const Short& s : shorts)
        if (s.name == name) return std::string(s.text);
    if (field.type == proto::FieldType::boolean || field.place.width < 8) {
        std::string last(name.substr(name.rfind('.') + 1));
        std::transform(last.begin(), last.end(), last.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return last;
    }
    return field.title;
}

BitDiagram bit_diagram(const proto::dissect::Dissection& dissection, std::size_t layer) {
    BitDiagram d;
    std::vector<const Item*> placed;
    std::int64_t base = -1;
    for (const Item& item : proto::dissect::LayerView(dissection, layer).items()) {
        const BitRange place = item.field->place;
        if (place.width == 0 || item.size == 0 || item.level == 0 || item.generated) continue;
        const std::int64_t own = std::int64_t{item.offset} - place.first / 8;
        if (base < 0) base = own;
        if (own == base) placed.push_back(&item);
    }
    std::uint32_t saved = 0;
    for (const Item* item : leaves(placed)) {
        const BitRange place = item->field->place;
        d.cells.push_back({item, place.first, place.width, static_cast<std::uint32_t>(base) * 8 + place.first,
                           item->field->title, short_title(*item->field), value_of(*item)});
        add_pieces(d, static_cast<std::uint32_t>(d.cells.size() - 1), saved);
        if (place.width > longest_field) saved += place.width / bits_per_row - 1;
        d.bits = std::max<std::uint32_t>(d.bits, place.first + place.width);
    }
    for (const DiagramPiece& p : d.pieces) d.rows = std::max(d.rows, p.row + 1);
    return d;
}

}  // namespace layerlab::viewer
