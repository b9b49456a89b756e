#include "sim/programs/http_url.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

TEST(HttpUrl, IsTakenApart) {
    const auto url = parse_http_url("HTTP://user:pw@Example.ORG:8080/a/./b/../c?q=1#part");
    ASSERT_TRUE(url.has_value());
    EXPECT_EQ(url->user, "user:pw");
    EXPECT_EQ(url->host, "example.org");
    EXPECT_EQ(url->port, 8080);
    EXPECT_EQ(url->target, "/a/c?q=1");
    EXPECT_EQ(url->to_string(), "http://example.org:8080/a/c?q=1");
    EXPECT_EQ(parse_http_url("web")->to_string(), "http://web/");
    EXPECT_EQ(parse_http_url("web:80?x")->to_string(), "http://web/?x");
    EXPECT_EQ(parse_http_url("https://web")->port, 443);
}

TEST(HttpUrl, MustBeOne) {
    for (const char* text : {"", "http://", "http://a:b/", "http://a:99999/", "http://a b/", "http://[::1/", "://x"})
        EXPECT_FALSE(parse_http_url(text).has_value()) << text;
}

TEST(HttpUrl, ResolvesReferences) {
    const auto base = parse_http_url("http://web:81/a/b?c").value();
    EXPECT_EQ(resolve_http_url(base, "/x")->to_string(), "http://web:81/x");
    EXPECT_EQ(resolve_http_url(base, "x")->to_string(), "http://web:81/a/x");
    EXPECT_EQ(resolve_http_url(base, "../x")->to_string(), "http://web:81/x");
    EXPECT_EQ(resolve_http_url(base, "?y")->to_string(), "http://web:81/a/b?y");
    EXPECT_EQ(resolve_http_url(base, "//other/z")->to_string(), "http://other/z");
    EXPECT_EQ(resolve_http_url(base, "https://other/z")->scheme, "https");
    EXPECT_FALSE(resolve_http_url(base, "").has_value());
}

TEST(HttpUrl, RemovesDotSegments) {
    EXPECT_EQ(remove_dot_segments("/../../a/./b/.."), "/a/");
    EXPECT_EQ(remove_dot_segments("/a/b/"), "/a/b/");
}

}  // namespace
}  // namespace layerlab::sim::programs
