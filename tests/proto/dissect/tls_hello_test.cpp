#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(TlsHello, ShowsListsOfAClient) {
    Watcher w;
    w.see(sample::tls_client);
    EXPECT_EQ(w.value("tls.handshake.extensions_alpn_str_len"), "2,8");
    EXPECT_EQ(w.value("tls.handshake.extensions_server_name_len"), "11");
    EXPECT_EQ(w.value("tls.handshake.comp_method"), "0");
    EXPECT_NE(w.value("tls.handshake.ciphersuite").find("4865"), std::string::npos);  // TLS_AES_128_GCM_SHA256
    EXPECT_NE(w.value("tls.handshake.extensions_supported_group").find("29"), std::string::npos);  // x25519
}

TEST(TlsHello, ShowsWhatAServerHasChosen) {
    Watcher w;
    w.see(sample::tls_client).see(sample::tls_server);
    EXPECT_EQ(w.value("tls.handshake.comp_method"), "0");
    EXPECT_EQ(w.value("tls.handshake.cipher_suites_length"), "");
}

// A record whose hello says that more is to come than there is.
TEST(TlsHello, SaysWhenAListIsCutOff) {
    Octets hello{22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3};
    hello.resize(11 + 32, 7);
    hello = hello + Octets{0, 0, 200, 0x13, 1, 0, 0};
    Segment s;
    s.port = 443;
    s.payload = hello;
    Watcher w;
    w.see(tcp_frame(s));
    EXPECT_TRUE(w.last().malformed);
}

}  // namespace
}  // namespace layerlab::proto::dissect
