#include "proto/dissect/inflate.hpp"

#include <algorithm>
#include <array>
#include <zlib.h>

namespace layerlab::proto::dissect {

namespace {

using Octets = std::vector<std::uint8_t>;

// `window_bits` as zlib has them: negative for deflate without a header.
std::optional<Octets> inflate_stream(Bytes in, int window_bits, std::size_t most) {
    z_stream stream{};
    if (inflateInit2(&stream, window_bits) != Z_OK) return std::nullopt;
    stream.next_in = const_cast<Bytef*>(in.data());  // zlib does not write there
    stream.avail_in = static_cast<uInt>(in.size());
    Octets out;
    std::array<std::uint8_t, 16384> block;
    int result = Z_OK;
    while (result == Z_OK && out.size() < most) {
        stream.next_out = block.data();
        stream.avail_out = static_cast<uInt>(std::min(block.size(), most - out.size()));
        result = inflate(&stream, Z_SYNC_FLUSH);
        out.insert(out.end(), block.data(), stream.next_out);
    }
    inflateEnd(&stream);
    const bool is_cut_off = result == Z_BUF_ERROR && !out.empty();
    if (result != Z_OK && result != Z_STREAM_END && !is_cut_off) return std::nullopt;
    return out;
}

// What stands behind the header of gzip, RFC 1952 section 2.3; nullopt when there is none.
std::optional<Bytes> behind_gzip_header(Bytes in) {
    constexpr std::uint8_t deflated = 8, has_extra = 4, has_name = 8, has_comment = 16;
    constexpr std::size_t fixed = 10;
    if (in.size() < fixed || in[0] != 0x1f || in[1] != 0x8b || in[2] != deflated) return std::nullopt;
    std::size_t at = fixed;
    if (in[3] & has_extra) {
        if (in.size() < at + 2) return std::nullopt;
        at += 2u + in[at] + 256u * in[at + 1];
    }
    for (const std::uint8_t flag : {has_name, has_comment}) {
        if ((in[3] & flag) == 0) continue;
        while (at < in.size() && in[at] != 0) ++at;
        ++at;
    }
    if (at > in.size()) return std::nullopt;
    return in.subspan(at);
}

}  // namespace

std::optional<Octets> inflate_body(Bytes body, std::size_t most) {
    if (const auto deflated = behind_gzip_header(body)) return inflate_stream(*deflated, -MAX_WBITS, most);
    if (auto out = inflate_stream(body, MAX_WBITS, most)) return out;
    return inflate_stream(body, -MAX_WBITS, most);
}

}  // namespace layerlab::proto::dissect
