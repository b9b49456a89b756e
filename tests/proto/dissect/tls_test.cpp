#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Tls, ReadsAClientHello) {
    Watcher w;
    w.see(sample::tls_client);
    EXPECT_EQ(w.path(), "eth:ip:tcp:tls");
    EXPECT_EQ(w.value("tls.record.content_type"), "22");
    EXPECT_EQ(w.value("tls.handshake.type"), "1");
    EXPECT_EQ(w.value("tls.handshake.extensions_server_name"), "lab.example");
    EXPECT_EQ(w.value("tls.handshake.extensions_alpn_str"), "h2,http/1.1");
    EXPECT_EQ(w.value("tls.handshake.extensions.supported_version"), "772,771,770,769");
}

TEST(Tls, ReadsWhatAServerAnswers) {
    Watcher w;
    w.see(sample::tls_client);
    w.see(sample::tls_server);
    EXPECT_EQ(w.path(), "eth:ip:tcp:tls");
    EXPECT_EQ(w.value("tls.handshake.type"), "2,11,12,14");
    EXPECT_EQ(w.value("tls.handshake.version"), "771");
}

}  // namespace
}  // namespace layerlab::proto::dissect
