#include "proto/dissect/dhcp_suboptions.hpp"

#include <gtest/gtest.h>

#include "proto/wire/dhcp.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets suboption(std::uint8_t code, const Octets& value) {
    return Octets{code, static_cast<std::uint8_t>(value.size())} + value;
}

// A request with an option, and with a vendor class unless that is empty.
struct Seen : Watcher {
    Seen(std::uint8_t code, const Octets& value, std::string_view vendor_class = {}) {
        wire::DhcpMessage m;
        m.add_type(wire::DhcpType::discover);
        m.add_bytes(code, value);
        if (!vendor_class.empty()) m.add_text(wire::dhcp_option::vendor_class, vendor_class);
        see(udp_frame(68, 67, *m.encode()));
    }
};
struct Relayed : Seen {
    explicit Relayed(const Octets& value) : Seen(82, value) {}
};

const std::string relay = "dhcp.option.agent_information_option.", pxe = "dhcp.option.vendor.pxeclient.";

TEST(DhcpSuboptions, ShowsWhereARelaySaysThatTheClientIs) {
    const Relayed w(suboption(1, {0, 4, 0, 1}) + suboption(2, octets("far")) + suboption(5, {10, 0, 0, 1}) +
                    suboption(6, octets("joe")) + suboption(10, {0x80}) + suboption(11, {10, 0, 0, 2}));
    EXPECT_EQ(w.value(relay + "suboption"), "1,2,5,6,10,11");
    EXPECT_EQ(w.value("dhcp.option.suboption_length"), "4,3,4,3,1,4");
    EXPECT_EQ(w.value(relay + "agent_circuit_id"), "00:04:00:01");
    EXPECT_EQ(w.value(relay + "agent_remote_id"), "66:61:72");
    EXPECT_EQ(w.value(relay + "link_selection"), "10.0.0.1");
    EXPECT_EQ(w.value(relay + "subscriber_id"), "joe");
    EXPECT_EQ(w.value(relay + "flags"), "128");
    EXPECT_EQ(w.value(relay + "server_id_override"), "10.0.0.2");
    EXPECT_FALSE(w.last().malformed);
}

TEST(DhcpSuboptions, ShowsUnknownOnesAsBytes) {
    const Relayed w(suboption(99, octets("xyz")) + suboption(200, {}));
    EXPECT_EQ(w.value(relay + "suboption"), "99,200");
    EXPECT_EQ(w.value(relay + "value"), "78:79:7a,");
}

TEST(DhcpSuboptions, ShowsVendorsWithinRelayInformation) {
    const Relayed w(suboption(9, Octets{0, 0, 0, 9, 2} + octets("ab") + Octets{0, 0, 1, 0, 0}));
    EXPECT_EQ(w.value(relay + "vi.enterprise"), "9,256");
    EXPECT_EQ(w.value(relay + "vi.data_length"), "2,0");
}

TEST(DhcpSuboptions, NotesOnesThatDoNotFit) {
    const Relayed w(Octets{1, 20} + octets("abc"));
    EXPECT_EQ(w.note(relay + "suboption"), "no room left for 20 bytes");
    EXPECT_EQ(w.value("dhcp.option.suboption_length"), "20");
    EXPECT_FALSE(w.last().malformed);
    EXPECT_EQ(Relayed({1}).note(relay + "suboption"), "no room left for a length");
    const Relayed badly(suboption(5, {10, 0, 0}));
    EXPECT_EQ(badly.note(relay + "value"), "3 bytes, it must have 4");
    EXPECT_EQ(badly.value(relay + "link_selection"), "");
}

TEST(DhcpSuboptions, ReadsTheVendorOptionOfPxeClients) {
    const Octets servers{0, 0, 2, 10, 0, 0, 1, 10, 0, 0, 2};
    const Seen w(43,
                 suboption(2, {0, 1}) + suboption(6, {0x0b}) + suboption(8, servers) +
                     suboption(9, Octets{0, 0, 4} + octets("boot")) + suboption(10, octets("\5menu")) +
                     suboption(71, {0, 1, 0, 0}) + Octets{0, 255},
                 "PXEClient:Arch:00000");
    EXPECT_EQ(w.value(pxe + "suboption"), "2,6,8,9,10,71");
    EXPECT_EQ(w.value(pxe + "mtftp_client_port"), "256") << "little endian";
    EXPECT_EQ(w.value(pxe + "discovery_control"), "11");
    EXPECT_EQ(w.value(pxe + "discovery_control.broadcast"), "1");
    EXPECT_EQ(w.value(pxe + "discovery_control.serverlist"), "0");
    EXPECT_EQ(w.value(pxe + "boot_servers.ip"), "10.0.0.1,10.0.0.2");
    EXPECT_EQ(w.value(pxe + "boot_menu.desc"), "boot");
    EXPECT_EQ(w.value(pxe + "menu_prompt.prompt"), "menu");
    EXPECT_EQ(w.value(pxe + "boot_item.type"), "1");
    EXPECT_EQ(w.value(pxe + "padding"), "0");
    EXPECT_EQ(w.value(pxe + "end"), "255");
}

TEST(DhcpSuboptions, LeavesOtherVendorsBytesAsTheyAre) {
    const Seen w(43, {1, 2, 3}, "MSFT 5.0");
    EXPECT_EQ(w.value("dhcp.option.vendor.value"), "01:02:03");
    EXPECT_EQ(w.value(pxe + "suboption"), "");
}

TEST(DhcpSuboptions, SurvivesEveryCut) {
    const Octets whole = suboption(8, {0, 0, 2, 10, 0, 0, 1, 10}) + suboption(9, {0, 0, 9, 'x'}) + suboption(10, {}) +
                         suboption(71, {1}) + suboption(6, {}) + suboption(1, {1, 2, 3});
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(Seen(43, cut, "PXEClient").last().malformed);
        EXPECT_FALSE(Relayed(cut).last().malformed);
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
