// NTP: RFC 5905. Clients and servers in full; of control messages (mode 6) and private ones (mode 7) the front.
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 8> mode_names{{{0, "reserved"},
                                               {1, "symmetric active"},
                                               {2, "symmetric passive"},
                                               {3, "client"},
                                               {4, "server"},
                                               {5, "broadcast"},
                                               {6, "reserved for NTP control message"},
                                               {7, "reserved for private use"}}};
constexpr std::array<ValueName, 4> leap_names{{{0, "no warning"},
                                               {1, "last minute of the day has 61 seconds"},
                                               {2, "last minute of the day has 59 seconds"},
                                               {3, "unknown (clock unsynchronized)"}}};

struct F {
    static constexpr std::size_t min_size = 48;
    static constexpr Field<std::uint8_t> flags{"ntp.flags", "Flags", octets(0, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> leap{
        "ntp.flags.li", "Leap Indicator", bits(0, 2), {.level = 1, .names = leap_names}};
    static constexpr Field<std::uint8_t> version{"ntp.flags.vn", "Version number", bits(2, 3), {.level = 1}};
    static constexpr Field<std::uint8_t> mode{"ntp.flags.mode", "Mode", bits(5, 3), {.level = 1, .names = mode_names}};
    static constexpr auto flag_table = table_of(flags, leap, version, mode);
    static constexpr Field<std::uint8_t> stratum{"ntp.stratum", "Peer Clock Stratum", octets(1, 1)};
    static constexpr Field<std::uint8_t> poll{"ntp.ppoll", "Peer Polling Interval", octets(2, 1)};
    static constexpr Field<std::uint8_t> precision{"ntp.precision", "Peer Clock Precision", octets(3, 1)};
    static constexpr Field<std::uint32_t> root_delay{"ntp.rootdelay", "Root Delay", octets(4, 4)};
    static constexpr Field<std::uint32_t> root_dispersion{"ntp.rootdispersion", "Root Dispersion", octets(8, 4)};
    static constexpr Field<Bytes> reference{"ntp.refid", "Reference ID", octets(12, 4)};
    static constexpr auto table = table_of(stratum, poll, precision, root_delay, root_dispersion, reference);
    // In ns since 1970; the text of the tree is that of Wireshark.
    static constexpr Field<std::string_view> reference_time{"ntp.reftime", "Reference Timestamp"};
    static constexpr Field<std::string_view> origin{"ntp.org", "Origin Timestamp"};
    static constexpr Field<std::string_view> receive{"ntp.rec", "Receive Timestamp"};
    static constexpr Field<std::string_view> transmit{"ntp.xmt", "Transmit Timestamp"};
    static constexpr Field<Bytes> key{"ntp.keyid", "Key ID"};
    static constexpr Field<Bytes> mac{"ntp.mac", "Message Authentication Code"};
    static constexpr auto rest = table_of(reference_time, origin, receive, transmit, key, mac);
};
constexpr auto ntp_fields = join(F::flag_table, F::table, F::rest);

struct Date {
    std::int64_t year;
    unsigned month, day;
};
// The date of a day counted from 1970-01-01, of the Gregorian calendar.
Date date_of(std::int64_t day) {
    day += 719468;
    const std::int64_t era = day / 146097;
    const std::int64_t of_era = day - era * 146097;
    const std::int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::int64_t month = (5 * of_year + 2) / 153;
    const auto of_month = static_cast<unsigned>(of_year - (153 * month + 2) / 5 + 1);
    const auto number = static_cast<unsigned>(month < 10 ? month + 3 : month - 9);
    return {year + era * 400 + (number <= 2 ? 1 : 0), number, of_month};
}

// "Jul 14, 2015 09:15:47.192958377 UTC"; seconds since 1900, of the era after 2036 when the highest bit is clear.
std::string time_text(std::uint64_t stamp) {
    if (stamp == 0) return "NULL";
    constexpr std::int64_t from_1900_to_1970 = 2'208'988'800, era = std::int64_t{1} << 32;
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto whole = static_cast<std::int64_t>(stamp >> 32);
    const std::int64_t seconds = whole + (whole & 0x80000000 ? 0 : era) - from_1900_to_1970;
    const std::uint64_t nanoseconds = (stamp & 0xffffffff) * 1'000'000'000 >> 32;
    const std::int64_t of_day = (seconds % 86400 + 86400) % 86400;  // times of 1968 and 1969 are negative
    const Date date = date_of((seconds - of_day) / 86400);
    return fmt::format("{} {:>2}, {} {:02}:{:02}:{:02}.{:09} UTC", months[date.month - 1], date.day, date.year,
                       of_day / 3600, of_day / 60 % 60, of_day % 60, nanoseconds);
}

void dissect_ntp(Context& c, Bytes bytes) {
    c.begin(ntp, bytes);
    if (bytes.empty()) return c.too_short(bytes, 1);
    c.add_fields(bytes, F::flag_table);
    constexpr unsigned control = 6;
    if ((bytes[0] & 7u) >= control) return c.data(bytes.subspan(1));
    Cursor in(c, bytes);
    c.add_fields(bytes, F::table);
    if (!in.want(F::min_size)) return;
    in.skip(16);
    for (const auto* field : {&F::reference_time, &F::origin, &F::receive, &F::transmit}) {
        const Bytes where = in.bytes(8);
        c.add(*field, where, c.keep(time_text(load_be64(where.data()))));
    }
    constexpr std::size_t with_md5 = 20, with_sha1 = 24;
    if (in.left() != with_md5 && in.left() != with_sha1) return;
    in.add(F::key, 4);
    in.add(F::mac, in.left());
}

void summarize_ntp(const LayerView& view, std::string& info) {
    const char* mode = F::mode.info.names.find(view.number(F::mode));
    info = fmt::format("NTP Version {}, {}", view.number(F::version), mode ? mode : "");
}

}  // namespace

constinit const Protocol ntp{.heading = {"ntp", "Network Time Protocol"},
                             .column = "NTP",
                             .fields = ntp_fields,
                             .dissect = dissect_ntp,
                             .summarize = summarize_ntp,
                             .source = "RFC 5905"};

}  // namespace layerlab::proto::dissect
