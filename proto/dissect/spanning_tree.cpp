// STP, RSTP and the common part of MSTP.
#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/stp.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Mstp;
using wire::Stp;
using wire::StpConfig;

constexpr auto stp_fields = join(Stp::table, StpConfig::rapid_flag_table, StpConfig::table, StpConfig::rest,
                                 Mstp::front, table_of(Mstp::name), Mstp::back);

void dissect_stp(Context& c, Bytes bytes) {
    c.begin(stp, bytes);
    c.add_fields(bytes, Stp::table);
    if (bytes.size() < Stp::min_size) return c.too_short(bytes, Stp::min_size);
    const View<Stp> header(bytes.data());
    const std::uint8_t type = header[Stp::type];
    if (type == Stp::topology_change) return;
    if (type != Stp::config && type != Stp::rapid) return c.data(bytes.subspan(Stp::min_size));
    const std::span<const FieldInfo* const> flags =
        type == Stp::rapid ? std::span<const FieldInfo* const>(StpConfig::rapid_flag_table) : StpConfig::flag_table;
    c.add_fields(bytes, flags);
    c.add_fields(bytes, StpConfig::table);
    constexpr std::size_t times_at = 27;
    Cursor times(c, bytes.subspan(std::min(times_at, bytes.size())));
    for (const auto* time :
         {&StpConfig::message_age, &StpConfig::max_age, &StpConfig::hello, &StpConfig::forward_delay})
        times.add_time(*time, 2, StpConfig::per_second);
    if (!times.ok()) return;
    if (type == Stp::rapid) c.add_fields(bytes, table_of(StpConfig::version_1_length));
    if (header[Stp::version] < 3 || type != Stp::rapid || bytes.size() < Mstp::min_size) return;
    c.add_fields(bytes, Mstp::front);
    const std::string_view name = as_text(bytes.subspan(39, 32));
    c.add(Mstp::name, bytes.subspan(39, 32), name.substr(0, name.find('\0')));
    c.add_fields(bytes, Mstp::back);
}

void summarize_stp(const LayerView& view, std::string& info) {
    if (view.number(Stp::type) == Stp::topology_change) {
        info = "Topology Change Notification";
        return;
    }
    const char* kind = view.number(Stp::type) == Stp::rapid ? "RST" : "Conf";
    if (view.number(Stp::version) >= 3) kind = "MST";
    info = fmt::format("{}. {}Root = {}/{}/{}  Cost = {}  Port = 0x{:04x}", kind,
                       view.number(StpConfig::change) ? "TC + " : "", view.number(StpConfig::root_priority),
                       view.number(StpConfig::root_extension),
                       MacAddress::from_number(view.number(StpConfig::root)).to_string(),
                       view.number(StpConfig::root_cost), view.number(StpConfig::port));
}

}  // namespace

constinit const Protocol stp{.heading = {"stp", "Spanning Tree Protocol"},
                             .column = "STP",
                             .fields = stp_fields,
                             .dissect = dissect_stp,
                             .summarize = summarize_stp,
                             .source = "IEEE 802.1D"};

}  // namespace layerlab::proto::dissect
