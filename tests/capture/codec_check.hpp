// What must hold of every way of compressing.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "capture/codec.hpp"

namespace layerlab::capture {

struct Unpacked {
    std::string text, wrong;
    bool whole = false;
};

struct Packing {
    std::unique_ptr<Decoder> (*decoder)();
    std::unique_ptr<Encoder> (*encoder)();

    std::vector<std::uint8_t> pack(std::string_view text) const {
        std::vector<std::uint8_t> out;
        const auto packer = encoder();
        packer->encode(proto::as_bytes(text), out);
        packer->end(out);
        return out;
    }
    // `piece` bytes at a time on both sides.
    Unpacked unpack(proto::Bytes bytes, std::size_t piece = 1 << 16) const {
        Unpacked got;
        const auto unpacker = decoder();
        std::vector<std::uint8_t> room(piece);
        while (got.wrong.empty()) {
            proto::Bytes in = bytes.first(std::min(piece, bytes.size()));
            const std::size_t offered = in.size();
            proto::MutableBytes out = room;
            got.wrong = unpacker->decode(in, out);
            bytes = bytes.subspan(offered - in.size());
            got.text.append(room.begin(), room.end() - static_cast<std::ptrdiff_t>(out.size()));
            if (offered == in.size() && out.size() == room.size()) break;  // nothing moves any more
        }
        got.whole = unpacker->is_whole();
        return got;
    }

    void expect_round_trip() const {
        std::string text;
        for (unsigned i = 0; i < 50'000; ++i) text += static_cast<char>(i * i % 251 ^ i >> 9);
        for (const std::string_view part :
             {std::string_view(text), std::string_view(text).substr(0, 1), std::string_view()})
            for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 16}) {
                const Unpacked got = unpack(pack(part), piece);
                EXPECT_EQ(got.text, part) << piece;
                EXPECT_TRUE(got.whole);
                EXPECT_EQ(got.wrong, "");
            }
    }
    void expect_every_truncation() const {
        std::string text;
        for (unsigned i = 0; i < 300; ++i) text += std::to_string(i * i);
        const auto packed = pack(text);
        for (std::size_t n = 0; n < packed.size(); ++n) {
            const Unpacked got = unpack(proto::Bytes(packed).first(n));
            EXPECT_FALSE(got.whole) << n;
            EXPECT_EQ(got.wrong, "") << n;
            EXPECT_EQ(got.text, text.substr(0, got.text.size())) << n;
        }
    }
};

}  // namespace layerlab::capture
