#include "sim/pkt/calls.hpp"

#include <fmt/format.h>

#include "sim/pkt/symbols.hpp"

namespace layerlab::sim::pkt {

using proto::fail;
using proto::Result;
using Attempt = std::function<MaybeAnswer()>;
using Kind = Expression::Kind;

namespace {

constexpr std::size_t most_bytes = 64u << 20;  // of one call

// Arguments by their places; a missing or wrong one is noted once.
class Arguments {
  public:
    Arguments(const CallEvent& call, const Descriptors& known) : call_(call), known_(known) {}

    bool has(std::size_t i) const { return i < call_.arguments.size(); }
    const Expression* at(std::size_t i) {
        if (has(i)) return &call_.arguments[i];
        error_ = fmt::format("{} has too few arguments", call_.name);
        return nullptr;
    }
    std::int64_t number(std::size_t i) {
        const Expression* e = at(i);
        return e ? number_of(*e) : 0;
    }
    std::int64_t number_of(const Expression& e) {
        if (e.kind == Kind::number) return e.number;
        if (e.kind == Kind::list && e.items.size() == 1) return number_of(e.items[0]);
        if (e.kind == Kind::call && e.items.size() == 1) return number_of(e.items[0]);  // htons(8080)
        error_ = fmt::format("a number is expected among the arguments of {}", call_.name);
        return 0;
    }
    std::size_t size(std::size_t i) {
        const std::int64_t n = number(i);
        if (n >= 0 && n <= static_cast<std::int64_t>(most_bytes)) return static_cast<std::size_t>(n);
        error_ = fmt::format("{} bytes are too many for {}", n, call_.name);
        return 0;
    }
    // The host's descriptor behind the script's; -1 where there is none, which the call will say.
    int descriptor(std::size_t i = 0) {
        const std::int64_t fd = number(i);
        const auto found = known_.find(static_cast<int>(fd));
        return found == known_.end() ? -1 : found->second.fd;
    }
    // "..." or {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr("192.0.2.1")}
    Endpoint address(std::size_t i, Endpoint to) {
        const Expression* e = at(i);
        if (e == nullptr || e->kind != Kind::structure) return to;
        for (std::size_t k = 0; k < e->items.size(); ++k) {
            const Expression& item = e->items[k];
            if (e->names[k] == "sin_port") to.port = static_cast<std::uint16_t>(number_of(item));
            if (e->names[k] == "sin_addr" && item.kind == Kind::call && item.items.size() == 1)
                if (const auto address = proto::IpAddress::parse(item.items[0].text)) to.address = *address;
        }
        return to;
    }
    // NULL where bytes are expected.
    bool is_null(std::size_t i) const {
        return has(i) && call_.arguments[i].kind == Kind::number && call_.arguments[i].number == 0;
    }
    // [{..., 1000}, {..., 2000}]: how many bytes in all
    std::size_t vector_size(const Expression& e) {
        std::size_t total = 0;
        for (const Expression& part : e.items)
            if (part.kind == Kind::structure && !part.items.empty() && total <= most_bytes)
                total += static_cast<std::size_t>(std::max<std::int64_t>(number_of(part.items.back()), 0));
        if (total > most_bytes) error_ = fmt::format("{} bytes are too many for {}", total, call_.name);
        return std::min(total, most_bytes);
    }
    // {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}
    std::size_t message_size(std::size_t i) {
        const Expression* e = at(i);
        if (e == nullptr || e->kind != Kind::structure) return 0;
        for (const Expression& item : e->items)
            if (item.kind == Kind::list) return vector_size(item);
        return 0;
    }
    int flags(std::size_t i) { return has(i) ? static_cast<int>(number(i)) : 0; }
    const std::string& error() const { return error_; }

  private:
    const CallEvent& call_;
    const Descriptors& known_;
    std::string error_;
};

Bytes zeros(std::size_t n) {
    static std::vector<std::uint8_t> buffer;
    if (buffer.size() < n) buffer.resize(n);
    return Bytes(buffer).first(n);
}

Attempt at_once(Answer (Posix::*call)(int, int), Posix& posix, int fd, int value) {
    return [=, &posix] { return MaybeAnswer((posix.*call)(fd, value)); };
}

// A blocking write goes on until everything is taken.
Attempt write_all(Posix& posix, int fd, std::size_t size, int flags) {
    return [&posix, fd, size, flags, written = std::size_t{0}]() mutable -> MaybeAnswer {
        while (true) {
            const MaybeAnswer answer = posix.write(fd, zeros(size - written), flags);
            if (!answer || (answer->value < 0 && written == 0)) return answer;
            if (answer->value >= 0) written += static_cast<std::size_t>(answer->value);
            const bool may_block = !posix.is_nonblocking(fd) && (flags & 0x40) == 0;
            if (written == size || answer->value < 0 || !may_block)
                return Answer{static_cast<std::int64_t>(written), 0};
        }
    };
}

Attempt poll(Posix& posix, std::vector<std::pair<int, int>> asked, std::int64_t milliseconds) {
    return [&posix, asked = std::move(asked), milliseconds, deadline = proto::never]() mutable -> MaybeAnswer {
        std::int64_t ready = 0;
        posix.wake_at = proto::never;
        for (const auto& [fd, events] : asked) ready += posix.poll(fd, events) != 0 ? 1 : 0;
        if (ready > 0 || milliseconds == 0) return Answer{ready, 0};
        if (deadline == proto::never && milliseconds > 0)
            deadline = posix.now() + proto::Duration(milliseconds * 1'000'000);
        if (posix.now() < deadline) {
            posix.wake_at = deadline;
            return std::nullopt;
        }
        return Answer{};
    };
}

std::int64_t field(Arguments& a, const Expression& e, std::string_view name, std::size_t place) {
    for (std::size_t i = 0; i < e.items.size(); ++i)
        if (e.names[i] == name) return a.number_of(e.items[i]);
    return place < e.items.size() && e.names[place].empty() ? a.number_of(e.items[place]) : 0;
}

const Expression& inner(const Expression& e) { return e.kind == Kind::list && e.items.size() == 1 ? e.items[0] : e; }

Attempt set_option(Arguments& a, Posix& posix, int fd) {
    const int level = a.flags(1), name = a.flags(2);
    const Expression* value = a.at(3);
    if (value == nullptr) return {};
    const Expression& v = inner(*value);
    if (v.kind == Kind::text)
        return [&posix, fd, text = v.text] { return MaybeAnswer(posix.set_congestion(fd, text)); };
    std::int64_t first = 0, second = 0;
    if (v.kind == Kind::structure) {  // {onoff=1, linger=0}
        first = field(a, v, "onoff", 0);
        second = field(a, v, "linger", 1);
    } else if (v.kind != Kind::anything) {
        first = a.number_of(v);
    }
    return [=, &posix] { return MaybeAnswer(posix.set_option(fd, level, name, first, second)); };
}

Attempt attempt_of(const CallEvent& call, Arguments& a, Posix& posix, Descriptors& known, const Ellipsis& ellipsis) {
    const Endpoint own{ellipsis.host, ellipsis.bind_port}, other{ellipsis.remote, ellipsis.connect_port};
    const std::string& name = call.name;
    if (name == "socket") {
        const Expression* domain = a.at(0);
        const bool any = domain == nullptr || domain->kind == Kind::anything;
        const int d = any ? ellipsis.domain : static_cast<int>(a.number(0)), t = a.flags(1), p = a.flags(2);
        return [=, &posix] { return MaybeAnswer(posix.socket(d, t, p)); };
    }
    const int fd = name == "poll" ? -1 : a.descriptor();
    if (name == "bind") {
        const std::uint16_t port = a.address(1, own).port;
        return [=, &posix] { return MaybeAnswer(posix.bind(fd, port)); };
    }
    if (name == "listen") return at_once(&Posix::listen, posix, fd, a.flags(1));
    if (name == "accept" || name == "accept4") {
        const bool nonblocking = name == "accept4" && (a.flags(3) & 04000) != 0;
        return [=, &posix] { return posix.accept(fd, nonblocking); };
    }
    if (name == "connect") {
        const Endpoint to = a.address(1, other);
        if (const auto entry = known.find(static_cast<int>(a.number(0))); entry != known.end())
            entry->second.is_connection = true;
        return [=, &posix] { return posix.connect(fd, to); };
    }
    const bool takes_bytes =
        name == "read" || name == "recv" || name == "recvfrom" || name == "write" || name == "send" || name == "sendto";
    if (takes_bytes && a.is_null(1) && a.size(2) > 0) return [] { return MaybeAnswer(Answer::failed(14)); };  // EFAULT
    const bool is_message = name == "recvmsg" || name == "sendmsg", is_vector = name == "readv" || name == "writev";
    if (name == "read" || name == "recv" || name == "recvfrom" || name == "recvmsg" || name == "readv") {
        const Expression* list = is_vector ? a.at(1) : nullptr;
        const std::size_t most = is_message ? a.message_size(1) : list ? a.vector_size(*list) : a.size(2);
        const int flags = is_message ? a.flags(2) : name == "recv" || name == "recvfrom" ? a.flags(3) : 0;
        return [=, &posix] { return posix.read(fd, most, flags); };
    }
    if (name == "write" || name == "send" || name == "writev" || name == "sendmsg" || name == "sendto") {
        const Expression* list = is_vector ? a.at(1) : nullptr;
        const std::size_t size = is_message ? a.message_size(1) : list ? a.vector_size(*list) : a.size(2);
        const int flags = is_message ? a.flags(2) : name == "send" || name == "sendto" ? a.flags(3) : 0;
        if (name == "sendto" && a.has(4) && call.arguments[4].kind != Kind::number) {
            const Endpoint to = a.address(4, other);
            return [=, &posix] { return posix.send_to(fd, zeros(size), to); };
        }
        return write_all(posix, fd, size, flags);
    }
    if (name == "shutdown") return at_once(&Posix::shutdown, posix, fd, a.flags(1));
    if (name == "close") return [=, &posix] { return MaybeAnswer(posix.close(fd)); };
    if (name == "fcntl") {
        const int command = a.flags(1);
        const std::int64_t argument = a.has(2) ? a.number(2) : 0;
        return [=, &posix] { return MaybeAnswer(posix.fcntl(fd, command, argument)); };
    }
    if (name == "ioctl") {
        const std::int64_t request = a.number(1);
        return [=, &posix] { return MaybeAnswer(posix.ioctl(fd, request)); };
    }
    if (name == "setsockopt") return set_option(a, posix, fd);
    if (name == "getsockopt") {
        const int level = a.flags(1), option = a.flags(2);
        return [=, &posix] { return MaybeAnswer(posix.option(fd, level, option)); };
    }
    if (name == "poll") {
        std::vector<std::pair<int, int>> asked;
        if (const Expression* list = a.at(0))
            for (const Expression& item : list->items) {
                const auto entry = known.find(static_cast<int>(field(a, item, "fd", 0)));
                asked.emplace_back(entry == known.end() ? -1 : entry->second.fd,
                                   static_cast<int>(field(a, item, "events", 1)));
            }
        return poll(posix, std::move(asked), a.number(2));
    }
    return {};
}

// What getsockopt, ioctl and poll give through their arguments.
std::string mismatch_in_arguments(const CallEvent& call, const Answer& answer, Posix& posix, const Descriptors& known) {
    Arguments a(call, known);
    const bool is_option = call.name == "getsockopt", is_ioctl = call.name == "ioctl";
    if ((is_option || is_ioctl) && a.has(is_option ? 3 : 2)) {
        const Expression& e = inner(call.arguments[is_option ? 3 : 2]);
        const int fd = a.descriptor();
        if (e.kind == Kind::text && e.text != posix.congestion(fd))
            return fmt::format("it gave \"{}\" instead of \"{}\"", posix.congestion(fd), e.text);
        if (e.kind == Kind::structure) {  // {onoff=1, linger=2}
            const std::int64_t on = answer.value & 1, seconds = answer.value >> 32;
            if (on == field(a, e, "onoff", 0) && seconds == field(a, e, "linger", 1)) return {};
            return fmt::format("it gave {{onoff={}, linger={}}}", on, seconds);
        }
        if (e.kind != Kind::number) return {};
        const std::int64_t expected = a.number_of(e);
        if (expected == answer.value) return {};
        return fmt::format("it gave the value {} instead of {}", answer.value, expected);
    }
    if (call.name != "poll" || !a.has(0)) return {};
    for (const Expression& item : call.arguments[0].items) {
        const auto entry = known.find(static_cast<int>(field(a, item, "fd", 0)));
        const int now =
            posix.poll(entry == known.end() ? -1 : entry->second.fd, static_cast<int>(field(a, item, "events", 1)));
        const std::int64_t expected = field(a, item, "revents", 2);
        if (now != expected) return fmt::format("revents are {:#x} instead of {:#x}", now, expected);
    }
    return {};
}

}  // namespace

Result<Attempt> prepare(const CallEvent& call, Posix& posix, Descriptors& descriptors, const Ellipsis& ellipsis) {
    Arguments arguments(call, descriptors);
    Attempt attempt = attempt_of(call, arguments, posix, descriptors, ellipsis);
    if (!arguments.error().empty()) return fail(arguments.error());
    if (!attempt) return fail(fmt::format("{} is no call that is known here", call.name));
    return attempt;
}

std::string mismatch(const CallEvent& call, const Answer& answer, Posix& posix, Descriptors& descriptors) {
    const bool makes_descriptor = call.name == "socket" || call.name == "accept" || call.name == "accept4";
    const bool through_arguments = call.name == "getsockopt" || call.name == "ioctl";
    const bool any_error = call.error.empty() && call.result.kind == Kind::number && call.result.number == -1;
    if (any_error && answer.error != 0) return {};
    const int expected_error = call.error.empty() ? 0 : errno_of(call.error).value_or(0);
    if (answer.error != expected_error) {
        if (answer.error == 0)
            return fmt::format("it returned {} instead of failing with {}", answer.value, call.error);
        return fmt::format("it failed with {} instead of {}", errno_name(answer.error),
                           call.error.empty() ? "returning a value" : call.error);
    }
    if (answer.error != 0) return {};
    if (makes_descriptor && call.result.kind == Kind::number) {
        descriptors[static_cast<int>(call.result.number)] = {static_cast<int>(answer.value), call.name != "socket"};
        return {};
    }
    if (call.name == "close" && !call.arguments.empty()) descriptors.erase(static_cast<int>(call.arguments[0].number));
    const std::int64_t value = through_arguments ? 0 : answer.value;
    if (call.result.kind == Kind::number && value != call.result.number)
        return fmt::format("it returned {} instead of {}", value, call.result.number);
    return mismatch_in_arguments(call, answer, posix, descriptors);
}

}  // namespace layerlab::sim::pkt
