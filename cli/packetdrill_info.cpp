#include "cli/packetdrill_info.hpp"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <limits>
#include <link.h>
#include <linux/tcp.h>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace layerlab::cli {

using proto::Duration;
using proto::machine::TcpInfo;
using proto::machine::TcpState;

std::vector<std::uint8_t> linux_tcp_info(const TcpInfo& i, TcpState state) {
    // By TcpState; the numbers are the kernel's TCP_CLOSE, TCP_SYN_SENT ...
    constexpr std::uint8_t states[] = {7, 2, 3, 1, 4, 5, 8, 11, 9, 6};
    const auto microseconds = [](Duration d) { return static_cast<std::uint32_t>(d.count() / 1000); };
    const auto small = [](std::uint64_t n) { return static_cast<std::uint32_t>(std::min<std::uint64_t>(n, ~0u)); };
    const std::uint32_t mss = std::max(i.mss, 1u);
    const auto segments = [&](std::uint64_t bytes) { return small((bytes + mss - 1) / mss); };
    tcp_info t{};
    t.tcpi_state = states[static_cast<std::size_t>(state)];
    t.tcpi_ca_state = static_cast<std::uint8_t>(i.recovery);
    t.tcpi_retransmits = i.retries;
    t.tcpi_backoff = i.retries;
    t.tcpi_probes = i.probes;
    t.tcpi_options = static_cast<std::uint8_t>((i.timestamps ? TCPI_OPT_TIMESTAMPS : 0) | (i.sack ? TCPI_OPT_SACK : 0) |
                                               (i.scaled ? TCPI_OPT_WSCALE : 0) | (i.ecn ? TCPI_OPT_ECN : 0));
    t.tcpi_snd_wscale = i.send_scale & 15u;
    t.tcpi_rcv_wscale = i.receive_scale & 15u;
    t.tcpi_rto = microseconds(i.retransmission_timeout);
    t.tcpi_snd_mss = i.mss;
    t.tcpi_unacked = segments(i.bytes_in_flight);
    t.tcpi_sacked = segments(i.bytes_sacked);
    t.tcpi_lost = segments(i.bytes_lost);
    t.tcpi_retrans = segments(i.bytes_resent);
    t.tcpi_rtt = microseconds(i.smoothed_rtt);
    t.tcpi_rttvar = microseconds(i.rtt_variation);
    t.tcpi_snd_cwnd = small(i.congestion_window / mss);
    const std::uint64_t threshold = i.slow_start_threshold / mss;
    t.tcpi_snd_ssthresh = static_cast<std::uint32_t>(std::min<std::uint64_t>(threshold, 0x7fff'ffff));
    t.tcpi_reordering = 3;  // RFC 5681 section 3.2
    t.tcpi_total_retrans = small(i.retransmissions);
    t.tcpi_pacing_rate = i.pacing_rate == 0 ? ~std::uint64_t{0} : i.pacing_rate;
    t.tcpi_max_pacing_rate = ~std::uint64_t{0};
    t.tcpi_bytes_acked = i.bytes_acknowledged;
    t.tcpi_bytes_received = i.bytes_received;
    t.tcpi_segs_out = small(i.segments_sent);
    t.tcpi_segs_in = small(i.segments_received);
    t.tcpi_min_rtt = microseconds(i.min_rtt);
    t.tcpi_delivered = segments(i.bytes_acknowledged + i.bytes_sacked) + 1;  // the SYN counts
    t.tcpi_bytes_sent = i.bytes_sent;
    std::vector<std::uint8_t> bytes(sizeof t);
    std::memcpy(bytes.data(), &t, sizeof t);
    return bytes;
}

namespace {

#if defined(__x86_64__)
constexpr bool can_divert = true;
constexpr std::uint32_t function_slot = R_X86_64_JUMP_SLOT, data_slot = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
constexpr bool can_divert = true;
constexpr std::uint32_t function_slot = R_AARCH64_JUMP_SLOT, data_slot = R_AARCH64_GLOB_DAT;
#else
constexpr bool can_divert = false;
constexpr std::uint32_t function_slot = 0, data_slot = 0;
#endif

// Where a program keeps the addresses of the functions of others, as its dynamic section says.
struct Slots {
    ElfW(Addr) base = 0;
    const ElfW(Sym) * symbols = nullptr;
    const char* names = nullptr;
    const ElfW(Rela) * tables[2] = {};
    std::size_t sizes[2] = {};

    // glibc has made addresses of these numbers already, where it could.
    ElfW(Addr) address(ElfW(Addr) a) const { return a < base ? base + a : a; }
    template <class T>
    const T* pointer(ElfW(Addr) a) const {
        return reinterpret_cast<const T*>(address(a));
    }
    explicit Slots(const dl_phdr_info& program) : base(program.dlpi_addr) {
        for (int i = 0; i < program.dlpi_phnum; ++i) {
            if (program.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
            for (const auto* d = reinterpret_cast<const ElfW(Dyn)*>(base + program.dlpi_phdr[i].p_vaddr);
                 d->d_tag != DT_NULL; ++d)
                take(*d);
        }
    }
    void take(const ElfW(Dyn) & d) {
        if (d.d_tag == DT_SYMTAB) symbols = pointer<ElfW(Sym)>(d.d_un.d_ptr);
        if (d.d_tag == DT_STRTAB) names = pointer<char>(d.d_un.d_ptr);
        if (d.d_tag == DT_JMPREL) tables[0] = pointer<ElfW(Rela)>(d.d_un.d_ptr);
        if (d.d_tag == DT_RELA) tables[1] = pointer<ElfW(Rela)>(d.d_un.d_ptr);
        if (d.d_tag == DT_PLTRELSZ) sizes[0] = d.d_un.d_val / sizeof(ElfW(Rela));
        if (d.d_tag == DT_RELASZ) sizes[1] = d.d_un.d_val / sizeof(ElfW(Rela));
    }
    bool point(std::string_view name, GetOption to) const {
        if (symbols == nullptr || names == nullptr) return false;
        bool any = false;
        for (int k = 0; k < 2; ++k)
            for (std::size_t i = 0; tables[k] != nullptr && i < sizes[k]; ++i) {
                const ElfW(Rela)& r = tables[k][i];
                const std::uint32_t type = ELF64_R_TYPE(r.r_info);
                if (type != function_slot && type != data_slot) continue;
                if (names + symbols[ELF64_R_SYM(r.r_info)].st_name != name) continue;
                any = write(reinterpret_cast<GetOption*>(base + r.r_offset), to) || any;
            }
        return any;
    }
    // The page may have been made read-only after the program was loaded.
    static bool write(GetOption* slot, GetOption to) {
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        void* const begin = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(slot) / page * page);
        if (::mprotect(begin, page, PROT_READ | PROT_WRITE) != 0) return false;
        *slot = to;
        return true;
    }
};

}  // namespace

bool divert_getsockopt(GetOption to) {
    if (!can_divert) return false;
    struct Asked {
        GetOption to;
        bool done = false;
    } asked{to};
    dl_iterate_phdr(
        [](dl_phdr_info* program, std::size_t, void* data) {  // the first one is the program itself
            Asked& a = *static_cast<Asked*>(data);
            a.done = Slots(*program).point("getsockopt", a.to);
            return 1;
        },
        &asked);
    return asked.done;
}

}  // namespace layerlab::cli
