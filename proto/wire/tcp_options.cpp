#include "proto/wire/tcp_options.hpp"

#include <algorithm>

namespace layerlab::proto::wire {

namespace {

constexpr std::uint8_t code(TcpOptionKind kind) { return static_cast<std::uint8_t>(kind); }

void read_option(TcpOptions& out, TcpOptionKind kind, Bytes data) {
    switch (kind) {
        case TcpOptionKind::mss:
            if (data.size() == 2) out.mss = load_be16(data.data());
            break;
        case TcpOptionKind::window_scale:
            if (data.size() == 1) out.window_scale = data[0];
            break;
        case TcpOptionKind::sack_permitted: out.sack_permitted = data.empty(); break;
        case TcpOptionKind::sack:
            for (std::size_t at = 0; at + 8 <= data.size() && out.sack_count < TcpOptions::max_sack_blocks; at += 8)
                out.sack[out.sack_count++] = {load_be32(data.data() + at), load_be32(data.data() + at + 4)};
            break;
        case TcpOptionKind::timestamps:
            if (data.size() == 8) out.timestamps = TcpTimestamps{load_be32(data.data()), load_be32(data.data() + 4)};
            break;
        default: break;
    }
}

std::size_t size_without_sack(const TcpOptions& o) {
    std::size_t size = 0;
    if (o.mss) size += 4;
    if (o.window_scale) size += 4;                     // with one no-operation in front
    if (o.sack_permitted && !o.timestamps) size += 4;  // with two in front
    if (o.timestamps) size += 12;                      // with two, or with SACK permitted, in front
    return size;
}

std::size_t sack_blocks_that_fit(const TcpOptions& o) {
    const std::size_t used = size_without_sack(o) + 4;
    const std::size_t room = used >= TcpOptions::max_size ? 0 : (TcpOptions::max_size - used) / 8;
    return std::min<std::size_t>(room, o.sack_count);
}

}  // namespace

TcpOptions TcpOptions::parse(Bytes options) {
    TcpOptions out;
    std::size_t at = 0;
    while (at < options.size()) {
        const auto kind = static_cast<TcpOptionKind>(options[at]);
        if (kind == TcpOptionKind::end) break;
        if (kind == TcpOptionKind::no_operation) {
            ++at;
            continue;
        }
        const std::size_t length = at + 1 < options.size() ? options[at + 1] : 0;
        if (length < 2 || length > options.size() - at) {
            out.well_formed = false;
            break;
        }
        read_option(out, kind, options.subspan(at + 2, length - 2));
        at += length;
    }
    return out;
}

std::size_t TcpOptions::size() const {
    const std::size_t blocks = sack_blocks_that_fit(*this);
    return size_without_sack(*this) + (blocks == 0 ? 0 : 4 + 8 * blocks);
}

// The order and the padding of Linux: MSS, SACK permitted with timestamps, window scale, SACK.
std::size_t TcpOptions::encode(MutableBytes out) const {
    std::uint8_t* p = out.data();
    const auto put = [&p](std::uint8_t octet) { *p++ = octet; };
    const auto put32 = [&p](std::uint32_t number) {
        store_be32(p, number);
        p += 4;
    };
    if (mss) {
        put(code(TcpOptionKind::mss)), put(4);
        store_be16(p, *mss);
        p += 2;
    }
    if (sack_permitted) {
        if (!timestamps) put(1), put(1);
        put(code(TcpOptionKind::sack_permitted)), put(2);
    }
    if (timestamps) {
        if (!sack_permitted) put(1), put(1);
        put(code(TcpOptionKind::timestamps)), put(10);
        put32(timestamps->value), put32(timestamps->echo_reply);
    }
    if (window_scale) put(1), put(code(TcpOptionKind::window_scale)), put(3), put(*window_scale);
    if (const std::size_t blocks = sack_blocks_that_fit(*this); blocks > 0) {
        put(1), put(1), put(code(TcpOptionKind::sack)), put(static_cast<std::uint8_t>(2 + 8 * blocks));
        for (std::size_t i = 0; i < blocks; ++i) put32(sack[i].left), put32(sack[i].right);
    }
    return static_cast<std::size_t>(p - out.data());
}

}  // namespace layerlab::proto::wire
