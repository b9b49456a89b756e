#include "proto/dissect/filter_fields.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/registry.hpp"

namespace layerlab::proto::dissect {
namespace {

// Names that stand for either of two fields, as in Wireshark.
struct Alias {
    const char *name, *first, *second, *title;
    bool as_text = false;
};
constexpr std::array<Alias, 14> aliases{{{"eth.addr", "eth.src", "eth.dst", "Source or Destination Address"},
                                         {"ip.addr", "ip.src", "ip.dst", "Source or Destination Address"},
                                         {"ip.host", "ip.src", "ip.dst", "Source or Destination Host", true},
                                         {"ip.src_host", "ip.src", "ip.src", "Source Host", true},
                                         {"ip.dst_host", "ip.dst", "ip.dst", "Destination Host", true},
                                         {"ipv6.addr", "ipv6.src", "ipv6.dst", "Source or Destination Address"},
                                         {"ipv6.host", "ipv6.src", "ipv6.dst", "Source or Destination Host", true},
                                         {"ipv6.src_host", "ipv6.src", "ipv6.src", "Source Host", true},
                                         {"ipv6.dst_host", "ipv6.dst", "ipv6.dst", "Destination Host", true},
                                         {"tcp.port", "tcp.srcport", "tcp.dstport", "Source or Destination Port"},
                                         {"udp.port", "udp.srcport", "udp.dstport", "Source or Destination Port"},
                                         {"arp.addr", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "Sender or Target"},
                                         {"frame.cap_length", "frame.cap_len", "frame.cap_len", "Capture Length"},
                                         {"frame.pkt_len", "frame.len", "frame.len", "Frame Length"}}};

template <class T>
void add_once(std::vector<T>& list, T value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

bool by_name(const FilterField& a, const FilterField& b) { return a.name < b.name; }

constexpr std::size_t longest = 48;  // longer names are like no other

// How many letters have to be changed, added, left out or swapped to make one word of another.
std::size_t distance(std::string_view a, std::string_view b) {
    if (a.size() > longest || b.size() > longest) return longest;
    std::array<std::array<std::size_t, longest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto &above = rows[(i + 2) % 3], &before = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

}  // namespace

FilterFields::FilterFields(std::span<const FieldInfo* const> extra) {
    std::vector<std::pair<const FieldInfo*, const Protocol*>> known;
    for (const Protocol* protocol : protocols()) {
        known.emplace_back(&protocol->heading.info, protocol);
        for (const FieldInfo* field : protocol->fields) known.emplace_back(field, protocol);
    }
    for (const FieldInfo* field : common_fields()) known.emplace_back(field, nullptr);
    for (const FieldInfo* field : extra) known.emplace_back(field, nullptr);
    // Protocols that share a name or a field become one entry; the first one says title and type.
    std::stable_sort(known.begin(), known.end(), [](const auto& a, const auto& b) {
        return std::string_view(a.first->name) < std::string_view(b.first->name);
    });
    for (const auto& [field, protocol] : known) {
        if (*field->name == '\0') continue;
        if (fields_.empty() || fields_.back().name != field->name)
            fields_.push_back({field->name, field->title, field->type, {}, {}});
        FilterField& entry = fields_.back();
        if (field->type != entry.type) continue;
        add_once(entry.fields, field);
        if (protocol) add_once(entry.protocols, protocol);
    }
    std::vector<FilterField> made;
    for (const Alias& alias : aliases) {
        const FilterField *first = find(alias.first), *second = find(alias.second);
        if (!first || !second || find(alias.name)) continue;
        FilterField entry = *first;
        entry.name = alias.name;
        entry.title = alias.title;
        entry.as_text = alias.as_text;
        if (alias.as_text) entry.type = FieldType::text;
        for (const FieldInfo* field : second->fields) add_once(entry.fields, field);
        made.push_back(std::move(entry));
    }
    fields_.insert(fields_.end(), std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
    std::sort(fields_.begin(), fields_.end(), by_name);
}

const FilterFields& FilterFields::of_registry() {
    static const FilterFields fields;
    return fields;
}

const FilterField* FilterFields::find(std::string_view name) const {
    const auto at = std::lower_bound(fields_.begin(), fields_.end(), name,
                                     [](const FilterField& field, std::string_view n) { return field.name < n; });
    return at != fields_.end() && at->name == name ? &*at : nullptr;
}

std::string_view FilterFields::most_like(std::string_view name) const {
    if (name.size() > longest) return {};
    std::size_t best = std::max<std::size_t>(1, name.size() / 4) + 1;
    std::string_view found;
    for (const FilterField& field : fields_) {
        const std::size_t d = distance(name, field.name);
        if (d < best) {
            best = d;
            found = field.name;
        }
    }
    if (!found.empty()) return found;
    // A name whose last part is right, as in "tcp.syn" for "tcp.flags.syn"; the shortest.
    const std::size_t first_dot = name.find('.'), last_dot = name.rfind('.');
    if (first_dot == std::string_view::npos) return {};
    const std::string_view head = name.substr(0, first_dot + 1), tail = name.substr(last_dot);
    for (const FilterField& field : fields_) {
        const bool fits = field.name.substr(0, head.size()) == head && field.name.size() >= tail.size() &&
                          field.name.substr(field.name.size() - tail.size()) == tail;
        if (fits && (found.empty() || field.name.size() < found.size())) found = field.name;
    }
    return found;
}

}  // namespace layerlab::proto::dissect
