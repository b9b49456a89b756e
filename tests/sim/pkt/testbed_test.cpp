#include "sim/pkt/testbed.hpp"

#include <gtest/gtest.h>

#include "proto/base/checksum.hpp"
#include "sim/pkt/interpreter.hpp"
#include "sim/pkt/packets.hpp"
#include "sim/pkt/parser.hpp"

namespace layerlab::sim::pkt {
namespace {

using namespace std::chrono_literals;

PacketEvent event(const std::string& text) {
    const auto script = parse("x.pkt", "0 " + text);
    return std::get<PacketEvent>(script->events.at(0).what);
}

TEST(PktTestbed, IsSilentUntilSomethingHappens) {
    Testbed bed(1, PlayOptions::usual_tcp());
    bed.run_until(100s);
    EXPECT_TRUE(bed.arrivals().empty());
    EXPECT_EQ(bed.now(), 100s);
}

TEST(PktTestbed, AnswersToWhateverAddressItIsGiven) {
    Testbed bed(1, PlayOptions::usual_tcp());
    auto syn = make_packet(event("< S 0:0(0) win 1000 <mss 1000>"), Flow{});
    for (const std::uint32_t to : {0xc0a8'0001u, 0xc0a8'2e96u}) {
        proto::store_be32(syn.data() + 16, to);
        proto::store_be16(syn.data() + 10, 0);
        proto::store_be16(syn.data() + 10, proto::internet_checksum(proto::Bytes(syn).first(20)));
        proto::store_be16(syn.data() + 36, 0);
        proto::store_be16(syn.data() + 36, proto::ChecksumSum{}
                                               .add_pseudo(remote_address, proto::Ipv4Address{to}, 6, syn.size() - 20)
                                               .add(proto::Bytes(syn).subspan(20))
                                               .checksum());
        bed.put(syn);
        bed.run_until(bed.now() + 1ms);
        ASSERT_EQ(bed.arrivals().size(), 1u) << "a reset: nobody listens";
        EXPECT_EQ(proto::load_be32(bed.arrivals().front().packet.data() + 12), to);
        bed.arrivals().clear();
    }
}

TEST(PktTestbed, TakesPacketsBeyondItsMtu) {
    Testbed bed(1, PlayOptions::usual_tcp());
    EXPECT_EQ(bed.posix().socket(2, 2, 17).value, 3);
    EXPECT_EQ(bed.posix().bind(3, service_port).value, 0);
    bed.put(make_packet(event("< udp (60000)"), Flow{}));
    const MaybeAnswer answer = bed.posix().read(3, 65535);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->value, 60000);
}

}  // namespace
}  // namespace layerlab::sim::pkt
