#include <gtest/gtest.h>

#include "proto/dissect/tls.hpp"
#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

// The example of JA4's description (Chrome): its parts are given there.
TlsHello chrome() {
    TlsHello hello;
    hello.is_client = true;
    hello.version = 0x0303;
    hello.suites = {0x4a4a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
                    0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
    hello.extensions = {0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d,
                        0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015};
    hello.versions = {0x2a2a, 0x0304, 0x0303};
    hello.algorithms = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
    hello.groups = {0x3a3a, 29, 23, 24};
    hello.points = {0};
    hello.first_alpn = "h2";
    hello.has_name = true;
    return hello;
}

TEST(TlsFingerprint, MakesTheJa4OfItsDescription) {
    EXPECT_EQ(ja4_text(chrome(), false), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(TlsFingerprint, ShowsTheListsOnRequest) {
    EXPECT_EQ(ja4_text(chrome(), true),
              "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_"
              "0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_"
              "0403,0804,0401,0503,0805,0501,0806,0601");
}

TEST(TlsFingerprint, LeavesOutWhatIsDrawnAnew) {
    TlsHello other = chrome();
    other.suites[0] = 0xbaba;
    EXPECT_EQ(ja4_text(other, false), ja4_text(chrome(), false));
    EXPECT_EQ(ja3_text(chrome()),
              "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
              "27-0-51-16-17513-23-45-13-5-35-18-43-65281-11-10-21,29-23-24,0");
}

TEST(TlsFingerprint, StandsOnAClientHello) {
    test::Watcher w;
    w.see(test::sample::tls_client);
    EXPECT_EQ(w.value("tls.handshake.ja4").substr(0, 4), "t13d");
    EXPECT_EQ(w.value("tls.handshake.ja4").substr(8, 2), "h2");
}

}  // namespace
}  // namespace layerlab::proto::dissect
