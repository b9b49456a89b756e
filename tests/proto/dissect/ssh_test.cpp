#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Ssh, ReadsTheBanner) {
    Watcher w;
    w.see(sample::ssh_banner);
    EXPECT_EQ(w.path(), "eth:ip:tcp:ssh");
    EXPECT_EQ(w.value("ssh.protocol"), "SSH-2.0-OpenSSH_9.2");
    EXPECT_EQ(w.value("ssh.direction"), "0");
}

TEST(Ssh, ReadsKexinit) {
    Watcher w;
    w.see(sample::ssh_banner);
    w.see(sample::ssh_kex);
    EXPECT_EQ(w.path(), "eth:ip:tcp:ssh");
    EXPECT_EQ(w.value("ssh.message_code"), "20");
    EXPECT_EQ(w.value("ssh.kex_algorithms"), "curve25519-sha256");
    EXPECT_EQ(w.value("ssh.server_host_key_algorithms"), "ssh-ed25519");
    EXPECT_EQ(w.value("ssh.compression_algorithms_server_to_client"), "none");
}

}  // namespace
}  // namespace layerlab::proto::dissect
