// liblayerlab-packetdrill.so: lets the original packetdrill test our stack. It exports packetdrill_interface_init(),
// which packetdrill calls after loading the library (--so_filename); from then on each system call and packet of a
// script comes here. Virtual time moves only when packetdrill waits.
//
// Calls that block come from a second thread of packetdrill's. It sleeps until the first thread has let so much happen
// that they can return.
#include <algorithm>
#include <arpa/inet.h>
#include <condition_variable>
#include <cstdarg>
#include <cstring>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <thread>
#include <unistd.h>

#include "cli/packetdrill_info.hpp"
#include "cli/packetdrill_interface.hpp"
#include "sim/pkt/interpreter.hpp"
#include "sim/pkt/testbed.hpp"

namespace layerlab::cli {
namespace {

using namespace std::chrono_literals;
using proto::Bytes;
using proto::Duration;
using sim::Endpoint;
using sim::pkt::Answer;
using sim::pkt::MaybeAnswer;
using sim::pkt::Posix;
using sim::pkt::Testbed;

constexpr Duration patience = 10s;                     // with a call of the first thread that does not return
constexpr Duration patience_with_packets = 3h;         // keepalives come after two
constexpr int tcp_cc_info = 26, so_meminfo = 55;       // not in every system's headers
constexpr std::int64_t epoch_seconds = 1'767'225'600;  // 2026-01-01, the date at virtual time 0

class Machine {
  public:
    Machine() : bed_(1, sim::pkt::PlayOptions::usual_tcp()), main_(std::this_thread::get_id()) {}
    ~Machine() {
        std::unique_lock lock(mutex_);
        for (Waiting* w : waiting_) finish(*w, Answer::failed(EINTR));
        gone_.wait(lock, [&] { return waiting_.empty(); });
    }

    // Until the call has an answer; -1 and errno as the system would.
    long call(const std::function<MaybeAnswer(Posix&)>& attempt) {
        std::unique_lock lock(mutex_);
        const Answer answer = is_main() ? insist(attempt) : sleep_until(lock, attempt);
        if (answer.error != 0) errno = answer.error;
        return static_cast<long>(answer.value);
    }
    // The same for calls that make a descriptor: packetdrill gets one of the kernel's, since it may close it itself.
    int call_for_descriptor(const std::function<MaybeAnswer(Posix&)>& attempt) {
        const long own = call(attempt);
        if (own < 0) return -1;
        const std::lock_guard lock(mutex_);
        const int fd = ::eventfd(0, EFD_CLOEXEC);
        own_[fd] = static_cast<int>(own);
        return fd;
    }
    int own(int fd) {
        const std::lock_guard lock(mutex_);
        const auto found = own_.find(fd);
        return found == own_.end() ? -1 : found->second;
    }
    void forget(int fd) {
        const std::lock_guard lock(mutex_);
        own_.erase(fd);
        ::close(fd);
    }
    // Bytes that the last call has read.
    std::size_t copy_read(const iovec* parts, int count) {
        const std::lock_guard lock(mutex_);
        const auto& bytes = bed_.posix().bytes();
        std::size_t at = 0;
        for (int i = 0; i < count && at < bytes.size(); ++i) {
            const std::size_t n = std::min(parts[i].iov_len, bytes.size() - at);
            std::memcpy(parts[i].iov_base, bytes.data() + at, n);
            at += n;
        }
        return at;
    }

    void put(Bytes packet) {
        const std::lock_guard lock(mutex_);
        bed_.put(packet);
        go_on(bed_.now() + 2us);
    }
    // The next packet of the host; false when none leaves in time.
    bool receive(std::vector<std::uint8_t>& packet, std::int64_t& microseconds) {
        const std::lock_guard lock(mutex_);
        const Duration limit = bed_.now() + patience_with_packets;
        while (bed_.arrivals().empty() && advance(limit)) {
        }
        if (bed_.arrivals().empty()) {
            bed_.run_until(limit);
            return false;
        }
        packet = std::move(bed_.arrivals().front().packet);
        microseconds = wall(bed_.since_begin(bed_.arrivals().front().at));
        bed_.arrivals().pop_front();
        return true;
    }
    void sleep(Duration d) {
        bool has_answered;
        {
            const std::lock_guard lock(mutex_);
            go_on(bed_.now() + d);
            has_answered = std::exchange(has_answered_, false);
        }
        // The second thread notes what its call gave before the next event; beside a kernel it has the time for that.
        if (has_answered) std::this_thread::sleep_for(2ms);
    }
    // Each look takes a microsecond, so that waiting in a loop ends; either thread waits so for the time of a call.
    std::int64_t microseconds() {
        const std::lock_guard lock(mutex_);
        // A call that blocked returned when it was answered, however long its thread took to wake up.
        if (answered_at_ && !is_main()) return wall(*std::exchange(answered_at_, std::nullopt));
        go_on(bed_.now() + 1us);
        return wall(bed_.now());
    }

    std::map<int, std::map<int, epoll_event>> epolls;  // descriptors that are watched

  private:
    struct Waiting {
        const std::function<MaybeAnswer(Posix&)>& attempt;
        MaybeAnswer answer;
    };

    static std::int64_t wall(Duration d) { return epoch_seconds * 1'000'000 + d.count() / 1000; }
    bool is_main() const { return std::this_thread::get_id() == main_; }

    MaybeAnswer try_once(const std::function<MaybeAnswer(Posix&)>& attempt) {
        const MaybeAnswer answer = attempt(bed_.posix());
        bed_.settle();
        return answer;
    }
    // By the first thread: time passes as far as it is needed.
    Answer insist(const std::function<MaybeAnswer(Posix&)>& attempt) {
        const Duration limit = bed_.now() + patience;
        while (true) {
            if (const MaybeAnswer answer = try_once(attempt)) return *answer;
            const Duration until = std::min(limit, bed_.since_begin(bed_.posix().wake_at));
            if (!bed_.step(until)) {
                if (until == limit) return Answer::failed(EAGAIN);
                bed_.run_until(until);
            }
            retry();
        }
    }
    Answer sleep_until(std::unique_lock<std::mutex>& lock, const std::function<MaybeAnswer(Posix&)>& attempt) {
        if (const MaybeAnswer answer = try_once(attempt)) return *answer;
        Waiting waiting{attempt, {}};
        waiting_.push_back(&waiting);
        woken_.wait(lock, [&] { return waiting.answer.has_value(); });
        waiting_.remove(&waiting);
        gone_.notify_all();
        return *waiting.answer;
    }
    void finish(Waiting& w, Answer answer) {
        w.answer = answer;
        answered_at_ = bed_.now();
        has_answered_ = true;
        woken_.notify_all();
    }
    void retry() {
        for (Waiting* w : waiting_)
            if (!w->answer)
                if (const MaybeAnswer answer = try_once(w->attempt)) finish(*w, *answer);
    }
    // One event, or the time limit of a call that waits; false when there is neither until then.
    bool advance(Duration until) {
        const Duration wake = bed_.since_begin(bed_.posix().wake_at);
        const Duration limit = wake > bed_.now() ? std::min(until, wake) : until;
        if (!bed_.step(limit)) {
            if (limit == until) return false;
            bed_.run_until(limit);
        }
        retry();
        return true;
    }
    void go_on(Duration until) {
        while (advance(until)) {
        }
        bed_.run_until(until);
        retry();
    }

    std::mutex mutex_;
    std::condition_variable woken_, gone_;
    Testbed bed_;
    std::thread::id main_;
    std::list<Waiting*> waiting_;
    std::optional<Duration> answered_at_;  // not told yet
    bool has_answered_ = false;            // since the first thread has slept
    std::map<int, int> own_;
};

Machine& machine(void* userdata) { return *static_cast<Machine*>(userdata); }

Endpoint endpoint(const sockaddr* address, socklen_t size) {
    sockaddr_in in{};
    sockaddr_in6 in6{};
    if (address != nullptr && address->sa_family == AF_INET6 && size >= sizeof in6) {
        std::memcpy(&in6, address, sizeof in6);
        return {proto::Ipv6Address::load(in6.sin6_addr.s6_addr), ntohs(in6.sin6_port)};
    }
    if (address == nullptr || size < sizeof in) return {};
    std::memcpy(&in, address, sizeof in);
    return {proto::Ipv4Address{ntohl(in.sin_addr.s_addr)}, ntohs(in.sin_port)};
}
void tell_peer(void* userdata, int fd, sockaddr* address, socklen_t* size) {
    if (fd < 0 || address == nullptr || size == nullptr) return;
    Endpoint peer;
    bool is_v6 = false;
    const int own = machine(userdata).own(fd);
    machine(userdata).call([&](Posix& p) {
        peer = p.peer(own);
        is_v6 = p.is_v6(own);
        return MaybeAnswer(Answer{});
    });
    if (is_v6) {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        peer.address.v6().store(in6.sin6_addr.s6_addr);
        in6.sin6_port = htons(peer.port);
        std::memcpy(address, &in6, std::min<std::size_t>(*size, sizeof in6));
        *size = sizeof in6;
        return;
    }
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(peer.address.v4().number);
    in.sin_port = htons(peer.port);
    std::memcpy(address, &in, std::min<std::size_t>(*size, sizeof in));
    *size = sizeof in;
}

int unsupported(int error) {
    errno = error;
    return -1;
}

bool has_bad_address(const iovec* parts, int count) {
    return std::any_of(parts, parts + count, [](const iovec& p) { return p.iov_base == nullptr && p.iov_len > 0; });
}

std::size_t total(const iovec* parts, int count) {
    std::size_t n = 0;
    for (int i = 0; i < count; ++i) n += parts[i].iov_len;
    return n;
}
std::vector<std::uint8_t> joined(const iovec* parts, int count) {
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < count; ++i) {
        const auto* p = static_cast<const std::uint8_t*>(parts[i].iov_base);
        bytes.insert(bytes.end(), p, p + parts[i].iov_len);
    }
    return bytes;
}

ssize_t read_parts(void* userdata, int fd, const iovec* parts, int count, int flags) {
    Machine& m = machine(userdata);
    const int own = m.own(fd);
    if (has_bad_address(parts, count)) return unsupported(EFAULT);
    const long n = m.call([&](Posix& p) { return p.read(own, total(parts, count), flags); });
    return n < 0 ? n : static_cast<ssize_t>(m.copy_read(parts, count));
}

ssize_t write_bytes(void* userdata, int fd, Bytes bytes, int flags) {
    Machine& m = machine(userdata);
    const int own = m.own(fd);
    std::size_t written = 0;
    return m.call([&](Posix& p) -> MaybeAnswer {
        while (true) {
            const MaybeAnswer answer = p.write(own, bytes.subspan(written), flags);
            if (!answer || (answer->value < 0 && written == 0)) return answer;
            if (answer->value >= 0) written += static_cast<std::size_t>(answer->value);
            const bool may_block = !p.is_nonblocking(own) && (flags & MSG_DONTWAIT) == 0;
            if (written == bytes.size() || answer->value < 0 || !may_block)
                return Answer{static_cast<std::int64_t>(written), 0};
        }
    });
}

Bytes bytes_of(const void* data, std::size_t size) { return {static_cast<const std::uint8_t*>(data), size}; }

ssize_t write_data(void* userdata, int fd, const void* data, std::size_t size, int flags) {
    if (data == nullptr && size > 0) return unsupported(EFAULT);
    return write_bytes(userdata, fd, bytes_of(data, size), flags);
}
ssize_t write_parts(void* userdata, int fd, const iovec* parts, int count, int flags) {
    if (has_bad_address(parts, count)) return unsupported(EFAULT);
    return write_bytes(userdata, fd, joined(parts, count), flags);
}

// Between one of our sockets and a pipe, which is the kernel's.
ssize_t splice_bytes(void* userdata, int from, int to, std::size_t size) {
    std::vector<std::uint8_t> bytes(std::min<std::size_t>(size, 65536));
    if (machine(userdata).own(from) >= 0) {
        const iovec part{bytes.data(), bytes.size()};
        const ssize_t n = read_parts(userdata, from, &part, 1, 0);
        return n > 0 ? ::write(to, bytes.data(), static_cast<std::size_t>(n)) : n;
    }
    const ssize_t n = ::read(from, bytes.data(), bytes.size());
    return n > 0 ? write_bytes(userdata, to, Bytes(bytes).first(static_cast<std::size_t>(n)), 0) : n;
}

int get_option(void* userdata, int fd, int level, int name, void* value, socklen_t* size) {
    Machine& m = machine(userdata);
    const int own = m.own(fd);
    if (level == IPPROTO_TCP && name == TCP_INFO) {
        std::vector<std::uint8_t> info;
        m.call([&](Posix& p) {
            info = linux_tcp_info(p.info(own).value_or(proto::machine::TcpInfo{}),
                                  p.state(own).value_or(proto::machine::TcpState::closed));
            if (p.option(own, SOL_SOCKET, SO_ACCEPTCONN).value == 1) info[0] = TCP_LISTEN;
            return MaybeAnswer(Answer{});
        });
        std::memset(value, 0, *size);  // what a newer kernel would say more
        std::memcpy(value, info.data(), std::min<std::size_t>(*size, info.size()));
        return 0;
    }
    if (level == IPPROTO_TCP && name == tcp_cc_info) {  // of algorithms that tell something
        *size = 0;
        return 0;
    }
    if (level == SOL_SOCKET && name == so_meminfo) {  // nothing is counted as a kernel's memory
        std::memset(value, 0, *size);
        return 0;
    }
    if (level == IPPROTO_TCP && name == TCP_CONGESTION) {
        std::string text;
        m.call([&](Posix& p) {
            text = p.congestion(own);
            return MaybeAnswer(Answer{});
        });
        text.resize(16);  // TCP_CA_NAME_MAX
        *size = std::min<socklen_t>(*size, 16);
        std::memcpy(value, text.data(), *size);
        return 0;
    }
    const long answer = m.call([&](Posix& p) { return MaybeAnswer(p.option(own, level, name)); });
    if (answer == -1) return -1;
    const bool is_linger = level == SOL_SOCKET && name == SO_LINGER;
    const int numbers[2] = {static_cast<int>(answer), static_cast<int>(answer >> 32)};
    *size = std::min<socklen_t>(*size, is_linger ? sizeof numbers : sizeof numbers[0]);
    std::memcpy(value, numbers, *size);
    return 0;
}

int set_option(void* userdata, int fd, int level, int name, const void* value, socklen_t size) {
    Machine& m = machine(userdata);
    const int own = m.own(fd);
    if (level == IPPROTO_TCP && name == TCP_CONGESTION) {
        const std::string_view text(static_cast<const char*>(value), strnlen(static_cast<const char*>(value), size));
        return static_cast<int>(m.call([&](Posix& p) { return MaybeAnswer(p.set_congestion(own, text)); }));
    }
    int numbers[2] = {};
    std::memcpy(numbers, value, std::min<std::size_t>(size, sizeof numbers));
    return static_cast<int>(
        m.call([&](Posix& p) { return MaybeAnswer(p.set_option(own, level, name, numbers[0], numbers[1])); }));
}

// Attempts until something is ready or the time limit has come.
int wait_ready(Machine& m, int milliseconds, const std::function<int(Posix&)>& ready) {
    sim::Time deadline = proto::never;
    return static_cast<int>(m.call([&](Posix& p) -> MaybeAnswer {
        p.wake_at = proto::never;
        const int n = ready(p);
        if (n > 0 || milliseconds == 0) return Answer{n, 0};
        if (deadline == proto::never && milliseconds > 0) deadline = p.now() + milliseconds * 1ms;
        p.wake_at = p.now() < deadline ? deadline : proto::never;
        return p.now() >= deadline ? MaybeAnswer(Answer{}) : std::nullopt;
    }));
}

int poll_all(void* userdata, pollfd* fds, nfds_t count, int milliseconds) {
    Machine& m = machine(userdata);
    std::vector<int> own;
    for (nfds_t i = 0; i < count; ++i) own.push_back(m.own(fds[i].fd));
    return wait_ready(m, milliseconds, [&](Posix& p) {
        int ready = 0;
        for (nfds_t i = 0; i < count; ++i) {
            fds[i].revents = static_cast<short>(p.poll(own[i], fds[i].events));
            ready += fds[i].revents != 0 ? 1 : 0;
        }
        return ready;
    });
}

int epoll_wait_all(void* userdata, int fd, epoll_event* events, int most, int milliseconds) {
    Machine& m = machine(userdata);
    const auto found = m.epolls.find(fd);
    if (found == m.epolls.end()) return unsupported(EBADF);
    std::vector<std::pair<int, epoll_event>> watched;
    for (const auto& [watched_fd, event] : found->second) watched.emplace_back(m.own(watched_fd), event);
    return wait_ready(m, milliseconds, [&](Posix& p) {
        int ready = 0;
        for (const auto& [own, event] : watched) {
            const int now = p.poll(own, static_cast<int>(event.events & 0xffff));
            if (now == 0 || ready == most) continue;
            events[ready] = event;
            events[ready++].events = static_cast<std::uint32_t>(now);
        }
        return ready;
    });
}

int control_flags(void* userdata, int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    const long argument = va_arg(arguments, long);
    va_end(arguments);
    const int own = machine(userdata).own(fd);
    return static_cast<int>(
        machine(userdata).call([&](Posix& p) { return MaybeAnswer(p.fcntl(own, command, argument)); }));
}

int control_device(void* userdata, int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    int* value = va_arg(arguments, int*);
    va_end(arguments);
    const int own = machine(userdata).own(fd);
    const long answer =
        machine(userdata).call([&](Posix& p) { return MaybeAnswer(p.ioctl(own, static_cast<std::int64_t>(request))); });
    if (answer < 0) return -1;
    if (value != nullptr) *value = static_cast<int>(answer);
    return 0;
}

Machine* tested = nullptr;  // by the program that has loaded us

int get_option_of_any(int fd, int level, int name, void* value, socklen_t* size) {
    if (tested != nullptr && tested->own(fd) >= 0) return get_option(tested, fd, level, name, value, size);
    return ::getsockopt(fd, level, name, value, size);
}

void fill(PacketdrillInterface& i) {
    i.userdata = tested = new Machine;
    divert_getsockopt(get_option_of_any);
    i.free = [](void* u) {
        if (tested == u) tested = nullptr;
        delete &machine(u);
    };
    i.socket = [](void* u, int domain, int type, int protocol) {
        return machine(u).call_for_descriptor([&](Posix& p) { return MaybeAnswer(p.socket(domain, type, protocol)); });
    };
    i.bind = [](void* u, int fd, const sockaddr* address, socklen_t size) {
        const int own = machine(u).own(fd);
        return static_cast<int>(
            machine(u).call([&](Posix& p) { return MaybeAnswer(p.bind(own, endpoint(address, size).port)); }));
    };
    i.listen = [](void* u, int fd, int backlog) {
        const int own = machine(u).own(fd);
        return static_cast<int>(machine(u).call([&](Posix& p) { return MaybeAnswer(p.listen(own, backlog)); }));
    };
    i.accept = [](void* u, int fd, sockaddr* address, socklen_t* size) {
        const int own = machine(u).own(fd);
        const int fd_made = machine(u).call_for_descriptor([&](Posix& p) { return p.accept(own, false); });
        tell_peer(u, fd_made, address, size);
        return fd_made;
    };
    i.connect = [](void* u, int fd, const sockaddr* address, socklen_t size) {
        const int own = machine(u).own(fd);
        return static_cast<int>(machine(u).call([&](Posix& p) { return p.connect(own, endpoint(address, size)); }));
    };
    i.read = [](void* u, int fd, void* data, size_t size) {
        const iovec part{data, size};
        return read_parts(u, fd, &part, 1, 0);
    };
    i.readv = [](void* u, int fd, const iovec* parts, int count) { return read_parts(u, fd, parts, count, 0); };
    i.recv = [](void* u, int fd, void* data, size_t size, int flags) {
        const iovec part{data, size};
        return read_parts(u, fd, &part, 1, flags);
    };
    i.recvfrom = [](void* u, int fd, void* data, size_t size, int flags, sockaddr* address, socklen_t* address_size) {
        const iovec part{data, size};
        tell_peer(u, fd, address, address_size);
        return read_parts(u, fd, &part, 1, flags);
    };
    i.recvmsg = [](void* u, int fd, msghdr* message, int flags) {
        message->msg_flags = 0;
        message->msg_controllen = 0;
        return read_parts(u, fd, message->msg_iov, static_cast<int>(message->msg_iovlen), flags);
    };
    i.write = [](void* u, int fd, const void* data, size_t size) { return write_data(u, fd, data, size, 0); };
    i.writev = [](void* u, int fd, const iovec* parts, int count) { return write_parts(u, fd, parts, count, 0); };
    i.send = write_data;
    i.sendto = [](void* u, int fd, const void* data, size_t size, int flags, const sockaddr* address,
                  socklen_t address_size) -> ssize_t {
        if (address == nullptr || data == nullptr || (flags & MSG_FASTOPEN) != 0)
            return write_data(u, fd, data, size, flags);
        const int own = machine(u).own(fd);
        return machine(u).call(
            [&](Posix& p) { return p.send_to(own, bytes_of(data, size), endpoint(address, address_size)); });
    };
    i.sendmsg = [](void* u, int fd, const msghdr* message, int flags) {
        return write_parts(u, fd, message->msg_iov, static_cast<int>(message->msg_iovlen), flags);
    };
    i.fcntl = control_flags;
    i.ioctl = control_device;
    i.close = [](void* u, int fd) {
        const int own = machine(u).own(fd);
        const long answer = machine(u).call([&](Posix& p) { return MaybeAnswer(p.close(own)); });
        if (own >= 0) machine(u).forget(fd);
        return static_cast<int>(answer);
    };
    i.shutdown = [](void* u, int fd, int how) {
        const int own = machine(u).own(fd);
        return static_cast<int>(machine(u).call([&](Posix& p) { return MaybeAnswer(p.shutdown(own, how)); }));
    };
    i.getsockopt = get_option;
    i.setsockopt = set_option;
    i.poll = poll_all;
    i.netdev_send = [](void* u, const void* data, size_t size) {
        machine(u).put(bytes_of(data, size));
        return 0;
    };
    i.netdev_receive = [](void* u, void* data, size_t* size, long long* microseconds) {
        std::vector<std::uint8_t> packet;
        std::int64_t at = 0;
        const bool came = machine(u).receive(packet, at);
        const std::size_t n = came ? std::min(*size, packet.size()) : 0;
        if (n > 0) std::memcpy(data, packet.data(), n);
        *size = n;
        *microseconds = at;
        return 0;
    };
    i.usleep = [](void* u, useconds_t microseconds) {
        machine(u).sleep(Duration(std::int64_t{microseconds} * 1000));
        return 0;
    };
    i.gettimeofday = [](void* u, timeval* time, struct timezone*) {
        const std::int64_t now = machine(u).microseconds();
        time->tv_sec = now / 1'000'000;
        time->tv_usec = now % 1'000'000;
        return 0;
    };
    i.epoll_create = [](void* u, int) {
        const int fd = ::eventfd(0, EFD_CLOEXEC);
        machine(u).epolls[fd];
        return fd;
    };
    i.epoll_ctl = [](void* u, int fd, int operation, int watched, epoll_event* event) {
        const auto found = machine(u).epolls.find(fd);
        if (found == machine(u).epolls.end()) return unsupported(EBADF);
        if (operation == EPOLL_CTL_DEL)
            found->second.erase(watched);
        else
            found->second[watched] = *event;
        return 0;
    };
    i.epoll_wait = epoll_wait_all;
    i.pipe = [](void*, int ends[2]) { return ::pipe(ends); };
    i.splice = [](void* u, int from, loff_t*, int to, loff_t*, size_t size, unsigned) {
        return splice_bytes(u, from, to, size);
    };
}

}  // namespace
}  // namespace layerlab::cli

// `flags` are those of --so_flags; there are none yet.
extern "C" __attribute__((visibility("default"))) void packetdrill_interface_init(const char* flags, void* interface);
void packetdrill_interface_init(const char* /*flags*/, void* interface) {
    layerlab::cli::fill(*static_cast<layerlab::cli::PacketdrillInterface*>(interface));
}
