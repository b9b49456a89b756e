#include "proto/base/sha256.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto {
namespace {

std::string digest(std::string_view text) { return Sha256{}.add(as_bytes(text)).finish(); }

TEST(Sha256, GivesThePublishedExamples) {
    EXPECT_EQ(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(digest(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotMindHowItsInputIsCut) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 31);
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string_view whole = std::string_view(text).substr(0, size);
        for (const std::size_t piece : {1u, 7u, 63u, 64u, 65u, 200u}) {
            Sha256 sum;
            for (std::size_t at = 0; at < size; at += piece) sum.add(as_bytes(whole.substr(at, piece)));
            EXPECT_EQ(sum.finish(), digest(whole)) << size << " in pieces of " << piece;
        }
    }
}

}  // namespace
}  // namespace layerlab::proto
