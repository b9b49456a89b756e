#include "proto/dissect/tcp_fields.hpp"

#include <fmt/format.h>

#include "proto/wire/tcp_options.hpp"

namespace layerlab::proto::dissect {

namespace {

using F = wire::TcpOptionFields;
using wire::TcpOptionKind;

const Field<void>& heading_of(TcpOptionKind kind) {
    switch (kind) {
        case TcpOptionKind::end: return F::end;
        case TcpOptionKind::no_operation: return F::no_operation;
        case TcpOptionKind::mss: return F::mss;
        case TcpOptionKind::window_scale: return F::window_scale;
        case TcpOptionKind::sack_permitted: return F::sack_permitted;
        case TcpOptionKind::sack: return F::sack;
        case TcpOptionKind::timestamps: return F::timestamps;
        case TcpOptionKind::md5_signature: return F::md5;
        case TcpOptionKind::fast_open: return F::fast_open;
    }
    return F::unknown;
}

void add_option_data(Context& c, TcpOptionKind kind, Bytes data, std::uint32_t base) {
    if (kind == TcpOptionKind::mss && data.size() == 2) c.add(F::mss_value, data);
    if (kind == TcpOptionKind::window_scale && data.size() == 1) {
        c.add(F::shift, data);
        c.generate(F::multiplier, std::uint64_t{1} << std::min<unsigned>(data[0], 14));
    }
    if (kind == TcpOptionKind::timestamps && data.size() == 8) {
        c.add(F::value, data.first(4));
        c.add(F::echo_reply, data.subspan(4));
    }
    if (kind != TcpOptionKind::sack) return;
    for (std::size_t at = 0; at + 8 <= data.size(); at += 8) {
        const auto edge = [&](std::size_t from) { return std::uint64_t{load_be32(data.data() + from) - base}; };
        c.add(F::sack_left, data.subspan(at, 4), edge(at));
        c.add(F::sack_right, data.subspan(at + 4, 4), edge(at + 4));
    }
    c.generate(F::sack_count, data.size() / 8);
}

}  // namespace

void add_tcp_options(Context& c, Bytes options, std::uint32_t base) {
    std::size_t at = 0;
    if (!options.empty()) c.add(TcpFields::options, options);
    const auto deeper = c.indent();
    while (at < options.size()) {
        const auto kind = static_cast<TcpOptionKind>(options[at]);
        const bool single = kind == TcpOptionKind::end || kind == TcpOptionKind::no_operation;
        const std::size_t length = single ? 1 : at + 1 < options.size() ? options[at + 1] : 0;
        if (length < (single ? 1u : 2u) || length > options.size() - at)
            return c.malformed({}, fmt::format("option length {} of {} octets", length, options.size() - at));
        const Bytes option = options.subspan(at, length);
        c.add(heading_of(kind), option);
        c.add(F::kind, option.first(1));
        if (!single) {
            c.add(F::length, option.subspan(1, 1));
            add_option_data(c, kind, option.subspan(2), base);
        }
        at += length;
        if (kind == TcpOptionKind::end && at < options.size() && options[at] != 0) return;  // what follows is padding
    }
}

}  // namespace layerlab::proto::dissect
