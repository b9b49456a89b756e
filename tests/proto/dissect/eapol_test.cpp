#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Eapol, ReadsAStart) {
    Watcher w;
    w.see(sample::eapol_start);
    EXPECT_EQ(w.path(), "eth:eapol");
    EXPECT_EQ(w.value("eapol.version"), "2");
    EXPECT_EQ(w.value("eapol.type"), "1");
    EXPECT_EQ(w.value("eapol.len"), "0");
}

TEST(Eapol, ReadsAnIdentity) {
    Watcher w;
    w.see(sample::eap_identity);
    EXPECT_EQ(w.path(), "eth:eapol:eap");
    EXPECT_EQ(w.value("eap.code"), "2");
    EXPECT_EQ(w.value("eap.id"), "7");
    EXPECT_EQ(w.value("eap.type"), "1");
    EXPECT_EQ(w.value("eap.identity"), "alice");
}

TEST(Eapol, ReadsAChallenge) {
    Watcher w;
    w.see(sample::eap_md5);
    EXPECT_EQ(w.path(), "eth:eapol:eap");
    EXPECT_EQ(w.value("eap.type"), "4");
    EXPECT_EQ(w.value("eap.md5.value_size"), "16");
    EXPECT_EQ(w.value("eap.md5.extra_data"), "73:72:76");
}

TEST(Eapol, SaysWhenAChallengeIsCutOff) {
    Watcher w;
    w.see(cut(sample::eap_md5, sample::eap_md5.size() - 12));
    EXPECT_TRUE(w.last().malformed);
    EXPECT_NE(w.note("_ws.malformed"), "");
}

}  // namespace
}  // namespace layerlab::proto::dissect
