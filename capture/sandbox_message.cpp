#include "capture/sandbox_message.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace layerlab::capture::sandbox {
namespace {

struct Head {
    Word word;
    std::int32_t value;
    std::uint64_t program;
};

constexpr std::size_t control_size = CMSG_SPACE(most_descriptors * sizeof(int));

}  // namespace

bool send(const Descriptor& socket, Word word, std::string_view text, std::uint64_t program, std::int32_t value,
          const std::vector<int>& descriptors) {
    if (text.size() > largest_text || descriptors.size() > most_descriptors) return false;
    Head head{word, value, program};
    iovec parts[2] = {{&head, sizeof head}, {const_cast<char*>(text.data()), text.size()}};
    alignas(cmsghdr) std::array<char, control_size> control{};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
        cmsghdr* c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
        std::memcpy(CMSG_DATA(c), descriptors.data(), descriptors.size() * sizeof(int));
    }
    ssize_t sent;
    do {
        sent = ::sendmsg(socket.get(), &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

std::optional<Message> receive(const Descriptor& socket, bool waits, bool& is_open) {
    Head head{};
    Message m;
    m.text.resize(largest_text);
    iovec parts[2] = {{&head, sizeof head}, {m.text.data(), m.text.size()}};
    alignas(cmsghdr) std::array<char, control_size> control{};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t got;
    do {
        got = ::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    } while (got < 0 && errno == EINTR);
    is_open = got >= static_cast<ssize_t>(sizeof head) || (got < 0 && errno == EAGAIN);
    if (got < static_cast<ssize_t>(sizeof head)) return std::nullopt;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd;
            std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            m.descriptors.emplace_back(fd);
        }
    }
    m.text.resize(static_cast<std::size_t>(got) - sizeof head);
    m.word = head.word;
    m.value = head.value;
    m.program = head.program;
    return m;
}

}  // namespace layerlab::capture::sandbox
