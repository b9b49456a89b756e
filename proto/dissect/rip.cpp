// RIP and RIPng.
#include "proto/wire/rip.hpp"

#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Rip;
using wire::RipAuthentication;
using wire::RipEntry;
using wire::Ripng;
using wire::RipngEntry;

constexpr auto rip_fields =
    join(Rip::table, RipEntry::table, RipAuthentication::table, RipAuthentication::digest_table);
constexpr auto ripng_fields = join(Ripng::table, table_of(RipngEntry::entry), RipngEntry::table);

void add_authentication(Context& c, Bytes entry) {
    c.add_fields(entry, table_of(RipAuthentication::type));
    const std::uint16_t type = load_be16(entry.data() + 2);
    if (type == RipAuthentication::password_type) {
        const std::string_view text = as_text(entry.subspan(4));
        c.add(RipAuthentication::password, entry.subspan(4), text.substr(0, text.find('\0')));
    } else if (type == RipAuthentication::digest_type) {
        c.add_fields(entry, RipAuthentication::digest_table);
    }
}

void add_entry(Context& c, Bytes entry, unsigned version) {
    const std::uint16_t family = load_be16(entry.data());
    if (family == RipEntry::authentication) return add_authentication(c, entry);
    if (family != RipEntry::internet && family != 0) return c.add_fields(entry, table_of(RipEntry::family));
    c.add_fields(entry, table_of(RipEntry::family));
    if (version == 2) c.add_fields(entry, table_of(RipEntry::tag));
    if (family == RipEntry::internet) c.add_fields(entry, table_of(RipEntry::address));
    if (version == 2) c.add_fields(entry, table_of(RipEntry::mask, RipEntry::next_hop));
    c.add_fields(entry, table_of(RipEntry::metric));
}

void dissect_rip(Context& c, Bytes bytes) {
    c.begin(rip, bytes);
    Cursor in(c, bytes);
    in.add_table(Rip::table, Rip::min_size);
    std::size_t end = bytes.size();  // of the entries: a digest's follows
    while (in.left() > 0 && in.at() < end) {
        const Bytes entry = in.bytes(RipEntry::min_size);
        const auto deeper = c.indent();
        if (!in.ok()) return;
        add_entry(c, entry, bytes[1]);
        if (load_be16(entry.data()) == RipEntry::authentication &&
            load_be16(entry.data() + 2) == RipAuthentication::digest_type)
            end = load_be16(entry.data() + 4);
    }
}

void summarize_rip(const LayerView& view, std::string& info) {
    const char* name = Rip::command.info.names.find(view.number(Rip::command));
    info = fmt::format("{}", name ? name : "Unknown command");
}

void dissect_ripng(Context& c, Bytes bytes) {
    c.begin(ripng, bytes);
    Cursor in(c, bytes);
    in.add_table(Ripng::table, Ripng::min_size);
    while (in.left() > 0) {
        const Bytes entry = in.bytes(RipngEntry::min_size);
        if (!in.ok()) return;
        c.add(RipngEntry::entry, entry);
        const auto deeper = c.indent();
        c.add_fields(entry, RipngEntry::table);
    }
}

void summarize_ripng(const LayerView& view, std::string& info) {
    const char* name = Ripng::command.info.names.find(view.number(Ripng::command));
    info = fmt::format("Command {}, Version {}", name ? name : "Unknown", view.number(Ripng::version));
}

}  // namespace

constinit const Protocol rip{.heading = {"rip", "Routing Information Protocol"},
                             .column = "RIP",
                             .fields = rip_fields,
                             .dissect = dissect_rip,
                             .summarize = summarize_rip,
                             .source = "RFC 2453"};
constinit const Protocol ripng{.heading = {"ripng", "RIPng"},
                               .column = "RIPng",
                               .fields = ripng_fields,
                               .dissect = dissect_ripng,
                               .summarize = summarize_ripng,
                               .source = "RFC 2080"};

}  // namespace layerlab::proto::dissect
