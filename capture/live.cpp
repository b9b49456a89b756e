#include "capture/live.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "capture/pcap_file.hpp"

namespace layerlab::capture {
namespace {

// How long the kernel may keep a frame that does not fill a block of its buffer.
constexpr int block_timeout_ms = 10;
constexpr int most_at_once = 4096;  // frames: under a flood read() comes back, too

// On a loopback interface every frame goes out and comes in. libpcap leaves the first out, but the kernel would count
// it: it is told not to hand it over at all (Linux 4.20; before, the counter is too high).
void count_once(pcap_t* handle, const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    const int socket = pcap_fileno(handle), on = 1;
    if (::ioctl(socket, SIOCGIFFLAGS, &request) != 0 || (request.ifr_flags & IFF_LOOPBACK) == 0) return;
    (void)::setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
}

std::string address_text(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address == nullptr) return text;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
    if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
    return text;
}

std::string names_known() {
    const auto interfaces = live_interfaces();
    std::string names;
    if (interfaces)
        for (const LiveInterface& i : *interfaces) names += (names.empty() ? "" : ", ") + i.name;
    return names.empty() ? "layerlab interfaces lists them" : "the interfaces are " + names;
}

tl::unexpected<proto::Error> refused(const LiveSettings& settings, pcap_t* handle, int status) {
    std::string why = pcap_geterr(handle);
    if (why.empty()) why = pcap_statustostr(status);
    std::string hint;
    if (status == PCAP_ERROR_PERM_DENIED) {
        why = "you have no right to listen to it";
        hint =
            "run it by sudo: it gives its rights up when the interface is open; or give it some by "
            "setcap cap_net_raw,cap_net_admin+ep";
    }
    if (status == PCAP_ERROR_NO_SUCH_DEVICE) {
        why = "there is no such interface";
        hint = names_known();
    }
    if (status == PCAP_ERROR_IFACE_NOT_UP) hint = fmt::format("ip link set {} up", settings.interface);
    return proto::fail(fmt::format("{}: {}", settings.interface, why), std::move(hint));
}

struct Taking {
    const std::function<void(const FrameRing::Frame&)>& take;
    std::int64_t unit;  // nanoseconds of tv_usec
};

void take_one(unsigned char* user, const pcap_pkthdr* head, const unsigned char* bytes) {
    const auto& taking = *reinterpret_cast<const Taking*>(user);
    const std::int64_t time = std::int64_t{head->ts.tv_sec} * 1'000'000'000 + head->ts.tv_usec * taking.unit;
    taking.take({proto::time_at(time), head->len, proto::Bytes(bytes, head->caplen)});
}

// The counters of the system have 32 bits: what they have grown by since they were read last.
void add_growth(std::uint64_t& sum, unsigned now) {
    sum += static_cast<std::uint32_t>(now - static_cast<std::uint32_t>(sum));
}

}  // namespace

void LiveCapture::Close::operator()(pcap* handle) const { pcap_close(handle); }

proto::Result<std::vector<LiveInterface>> live_interfaces() {
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_if_t* all = nullptr;
    if (pcap_findalldevs(&all, error) != 0)
        return proto::fail(fmt::format("the interfaces cannot be listed: {}", error));
    std::vector<LiveInterface> found;
    for (const pcap_if_t* i = all; i != nullptr; i = i->next) {
        // Others are no interfaces: buses, logs of the packet filter.
        const std::string name = i->name;
        if (if_nametoindex(i->name) == 0 && name != "any") continue;
        LiveInterface made;
        made.name = name;
        if (i->description != nullptr) made.description = i->description;
        made.is_up = (i->flags & PCAP_IF_UP) != 0;
        made.is_running = (i->flags & PCAP_IF_RUNNING) != 0;
        made.is_loopback = (i->flags & PCAP_IF_LOOPBACK) != 0;
        made.is_wireless = (i->flags & PCAP_IF_WIRELESS) != 0;
        for (const pcap_addr_t* a = i->addresses; a != nullptr; a = a->next)
            if (std::string text = address_text(a->addr); !text.empty()) made.addresses.push_back(std::move(text));
        found.push_back(std::move(made));
    }
    pcap_freealldevs(all);
    return found;
}

proto::Result<LiveCapture> LiveCapture::open(const LiveSettings& settings) {
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t* handle = pcap_create(settings.interface.c_str(), error);
    if (handle == nullptr) return proto::fail(fmt::format("{}: {}", settings.interface, error));
    LiveCapture live(handle);
    pcap_set_snaplen(handle, static_cast<int>(std::min(settings.snapshot_length, largest_frame)));
    pcap_set_promisc(handle, settings.promiscuous ? 1 : 0);
    pcap_set_timeout(handle, block_timeout_ms);
    pcap_set_buffer_size(handle, static_cast<int>(std::min<std::size_t>(settings.kernel_buffer, 1u << 30)));
    (void)pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
    if (const int status = pcap_activate(handle); status < 0) return refused(settings, handle, status);
    count_once(handle, settings.interface);
    live.counts_nanoseconds_ = pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO;
    live.link_type_ = link_type_from_file(static_cast<std::uint32_t>(pcap_datalink(handle)));
    if (!settings.filter.empty()) {
        bpf_program program{};
        if (pcap_compile(handle, &program, settings.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
            return proto::fail(
                fmt::format("the capture filter \"{}\" is wrong: {}", settings.filter, pcap_geterr(handle)),
                "its language is that of tcpdump, as in: tcp port 80; -Y takes display filters");
        const int status = pcap_setfilter(handle, &program);
        pcap_freecode(&program);
        if (status != 0) return refused(settings, handle, status);
    }
    if (pcap_setnonblock(handle, 1, error) != 0) return proto::fail(fmt::format("{}: {}", settings.interface, error));
    return live;
}

proto::Result<std::size_t> LiveCapture::read(proto::Duration patience,
                                             const std::function<void(const FrameRing::Frame&)>& take) {
    Taking taking{take, counts_nanoseconds_ ? 1 : 1000};
    const auto dispatch = [&] {
        return pcap_dispatch(handle_.get(), most_at_once, take_one, reinterpret_cast<unsigned char*>(&taking));
    };
    int count = dispatch();
    if (count == 0 && patience > proto::Duration{}) {
        pollfd ready{pcap_get_selectable_fd(handle_.get()), POLLIN, 0};
        (void)::poll(&ready, 1, static_cast<int>(proto::nanoseconds(patience) / 1'000'000));
        count = dispatch();
    }
    if (count < 0) return proto::fail(pcap_geterr(handle_.get()));
    return static_cast<std::size_t>(count);
}

LiveCounters LiveCapture::counters() {
    pcap_stat now{};
    if (pcap_stats(handle_.get(), &now) == 0) {
        add_growth(last_.received, now.ps_recv);
        add_growth(last_.dropped_by_kernel, now.ps_drop);
        add_growth(last_.dropped_by_interface, now.ps_ifdrop);
    }
    return last_;
}

}  // namespace layerlab::capture
