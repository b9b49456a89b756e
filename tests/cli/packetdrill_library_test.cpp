// The library that the original packetdrill loads, in the place of packetdrill.
#ifdef LAYERLAB_PACKETDRILL  // not under the sanitizers
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/packetdrill_interface.hpp"

namespace layerlab::cli {
namespace {

class ThePacketdrillLibrary : public testing::Test {
  protected:
    void SetUp() override {
        library_ = dlopen(LAYERLAB_PACKETDRILL, RTLD_NOW | RTLD_LOCAL);
        if (library_ == nullptr) GTEST_SKIP() << dlerror();
        using Init = void (*)(const char*, void*);
        const auto init = reinterpret_cast<Init>(dlsym(library_, "packetdrill_interface_init"));
        ASSERT_NE(init, nullptr);
        init("", &interface_);
    }
    void TearDown() override {
        if (interface_.free != nullptr) interface_.free(interface_.userdata);
    }
    int connecting() {
        const int fd = interface_.socket(interface_.userdata, AF_INET, SOCK_STREAM, IPPROTO_TCP);
        interface_.fcntl(interface_.userdata, fd, F_SETFL, O_RDWR | O_NONBLOCK);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(8080);
        to.sin_addr.s_addr = htonl(0xc000'0201);
        EXPECT_EQ(interface_.connect(interface_.userdata, fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), -1);
        EXPECT_EQ(errno, EINPROGRESS);
        return fd;
    }

    void* library_ = nullptr;
    PacketdrillInterface interface_{};
};

TEST_F(ThePacketdrillLibrary, SendsWhatIsConnectedAsAPacket) {
    connecting();
    std::uint8_t packet[1500];
    std::size_t size = sizeof packet;
    long long microseconds = 0;
    ASSERT_EQ(interface_.netdev_receive(interface_.userdata, packet, &size, &microseconds), 0);
    ASSERT_GE(size, 40u);
    EXPECT_EQ(packet[0] >> 4, 4);
    EXPECT_EQ(packet[33], 0x02) << "SYN";
}

// packetdrill asks the system for TCP_INFO when it runs the %{ }% of a script, whatever it tests.
TEST_F(ThePacketdrillLibrary, AnswersTheSystemsOwnGetsockoptForItsDescriptors) {
    const int fd = connecting();
    tcp_info info;
    std::memset(&info, 0xff, sizeof info);
    socklen_t size = sizeof info;
    ASSERT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0) << std::strerror(errno);
    EXPECT_EQ(size, sizeof info);
    EXPECT_EQ(info.tcpi_state, TCP_SYN_SENT);
    EXPECT_EQ(info.tcpi_ca_state, 0);
    const int idle = interface_.socket(interface_.userdata, AF_INET, SOCK_STREAM, IPPROTO_TCP);
    ASSERT_EQ(::getsockopt(idle, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    EXPECT_EQ(info.tcpi_state, TCP_CLOSE);
    ASSERT_EQ(interface_.listen(interface_.userdata, idle, 1), 0);
    ASSERT_EQ(::getsockopt(idle, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    EXPECT_EQ(info.tcpi_state, TCP_LISTEN);
}

TEST_F(ThePacketdrillLibrary, LeavesTheDescriptorsOfOthersToTheSystem) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    ASSERT_GE(fd, 0);
    int type = 0;
    socklen_t size = sizeof type;
    EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size), 0);
    EXPECT_EQ(type, SOCK_DGRAM);
    ::close(fd);
    EXPECT_EQ(::getsockopt(-1, SOL_SOCKET, SO_TYPE, &type, &size), -1);
    EXPECT_EQ(errno, EBADF);
}

}  // namespace
}  // namespace layerlab::cli

#endif
