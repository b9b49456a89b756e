#include "proto/rewrite/key.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::rewrite {
namespace {

TEST(RewriteKey, IsTheSameForTheSameSecretOnly) {
    EXPECT_EQ(key_from_text("secret"), key_from_text("secret"));
    EXPECT_NE(key_from_text("secret"), key_from_text("secreu"));
    EXPECT_NE(key_from_text("secret"), key_from_octets(as_bytes("secret")));
    EXPECT_NE(key_from_octets(as_bytes("a")), key_from_octets(as_bytes("b")));
}

}  // namespace
}  // namespace layerlab::proto::rewrite
