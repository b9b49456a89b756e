// Numbered frames onto an interface: of an experimental Ethertype (88b5), the number behind it.
#pragma once

#include <vector>

#include "capture/frame_sender.hpp"

namespace layerlab::capture::test {

inline std::vector<std::uint8_t> numbered_frame(std::uint32_t number, std::size_t size) {
    std::vector<std::uint8_t> frame(size);
    const std::uint8_t head[14] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
    std::copy(std::begin(head), std::end(head), frame.begin());
    proto::store_be32(frame.data() + 14, number);
    return frame;
}
inline std::uint32_t number_of(proto::Bytes frame) {
    return frame.size() < 18 ? ~0u : proto::load_be32(frame.data() + 14);
}

inline void send_numbered(const char* interface, std::uint32_t count, std::size_t size) {
    auto socket = FrameSender::open(interface);
    ASSERT_TRUE(socket) << socket.error().message;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto frame = numbered_frame(i, size);
        const proto::Bytes one[] = {frame};
        const auto sent = socket->send(one);
        ASSERT_TRUE(sent && *sent == 1);
    }
}

}  // namespace layerlab::capture::test
