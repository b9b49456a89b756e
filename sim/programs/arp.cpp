// arp(8) of net-tools 2.10: the ARP cache in its two forms, static entries, removal.
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/neighbor_list.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::NeighborState;

constexpr const char* usage =
    "Usage:\n"
    "  arp [-vn]  [<HW>] [-i <if>] [-a] [<hostname>]             <-Display ARP cache\n"
    "  arp [-v]          [-i <if>] -d  <host> [pub]               <-Delete ARP entry\n"
    "  arp [-v]   [<HW>] [-i <if>] -s  <host> <hwaddr> [temp]            <-Add entry\n";

constexpr LongOption long_options[] = {{"numeric", 'n', false}, {"all", 'a', false},   {"verbose", 'v', false},
                                       {"delete", 'd', false},  {"device", 'i', true}, {"set", 's', false}};

class Arp {
  public:
    Arp(Process& self, CommandLine line) : self_(self), line_(std::move(line)) {}

    Task<int> run() {
        if (const std::string* name = line_.find('i')) {
            port_ = self_.host().find_port(*name);
            if (port_ == no_port) {
                self_.print(fmt::format("{}: No such device\n", *name));
                co_return 255;
            }
        }
        if (line_.has('s')) co_return co_await set();
        const bool has_host = !line_.operands.empty();
        Ipv4Address wanted;
        if (has_host) {
            const Result<Ipv4Address> found = co_await resolve_name(self_, line_.operands[0]);
            if (!found) {
                self_.print(fmt::format("{}: Unknown host\n", line_.operands[0]));
                co_return 255;
            }
            wanted = *found;
        }
        if (line_.has('d')) co_return remove(has_host, wanted);
        co_return co_await show(has_host, wanted);
    }

  private:
    bool takes(const NeighborRow& row) const { return port_ == no_port || row.port == port_; }

    Task<int> set() {
        if (line_.operands.size() < 2) {
            self_.print("arp: need hardware address\n");
            co_return 255;
        }
        const Result<Ipv4Address> address = co_await resolve_name(self_, line_.operands[0]);
        const Result<MacAddress> mac = MacAddress::parse(line_.operands[1]);
        if (!address) {
            self_.print(fmt::format("{}: Unknown host\n", line_.operands[0]));
            co_return 255;
        }
        if (!mac) {
            self_.print("arp: invalid hardware address\n");
            co_return 255;
        }
        Context context = self_.context();
        if (!self_.host().stack().set_permanent_neighbor(context, *address, *mac)) {
            self_.print("SIOCSARP: Network is unreachable\n");
            co_return 255;
        }
        co_return 0;
    }

    int remove(bool has_host, Ipv4Address wanted) {
        if (!has_host) {
            self_.print("arp: need host name\n");
            return 255;
        }
        for (const NeighborRow& row : neighbor_rows(self_.host(), self_.now()))
            if (takes(row) && row.entry.address == wanted && remove_neighbor(self_, row.port, wanted)) return 0;
        self_.print(fmt::format("No ARP entry for {}\n", line_.operands[0]));
        return 255;
    }

    Task<int> show(bool has_host, Ipv4Address wanted) {
        const bool bsd = line_.has('a') && !line_.has('e');
        const std::vector<NeighborRow> rows = neighbor_rows(self_.host(), self_.now());
        bool headed = false;
        std::size_t shown = 0;
        for (const NeighborRow& row : rows) {
            if (!takes(row) || (has_host && row.entry.address != wanted)) continue;
            ++shown;
            std::optional<std::string> name;
            if (!line_.has('n')) name = co_await reverse_name(self_, row.entry.address);
            if (bsd) {
                show_bsd(row, name.value_or("?"));
                continue;
            }
            if (!headed)
                self_.print("Address                  HWtype  HWaddress           Flags Mask            Iface\n");
            headed = true;
            show_linux(row, name.value_or(row.entry.address.to_string()));
        }
        if (line_.has('v'))
            self_.print(fmt::format("Entries: {}\tSkipped: {}\tFound: {}\n", rows.size(), rows.size() - shown, shown));
        if (shown > 0 || line_.has('v')) co_return 0;
        if (has_host && bsd)
            self_.print(fmt::format("arp: in {} entries no match found.\n", rows.size()));
        else if (has_host)
            self_.print(fmt::format("{} ({}) -- no entry\n", line_.operands[0], wanted.to_string()));
        else if (port_ != no_port)
            self_.print(fmt::format("arp: in {} entries no match found.\n", rows.size()));
        co_return 0;
    }

    static bool is_known(const NeighborRow& row) {
        return row.entry.state != NeighborState::incomplete && row.entry.state != NeighborState::failed;
    }

    void show_bsd(const NeighborRow& row, const std::string& name) {
        const std::string port = self_.host().port_name(row.port);
        const std::string address = row.entry.address.to_string();
        if (!is_known(row)) {
            self_.print(fmt::format("{} ({}) at <incomplete> on {}\n", name, address, port));
            return;
        }
        const char* permanent = row.entry.state == NeighborState::permanent ? "PERM " : "";
        self_.print(
            fmt::format("{} ({}) at {} [ether] {}on {}\n", name, address, row.entry.mac.to_string(), permanent, port));
    }

    void show_linux(const NeighborRow& row, const std::string& name) {
        const std::string port = self_.host().port_name(row.port);
        if (!is_known(row)) {
            self_.print(fmt::format("{:<23.23}          (incomplete)                              {}\n", name, port));
            return;
        }
        const char* flags = row.entry.state == NeighborState::permanent ? "CM" : "C";
        self_.print(fmt::format("{:<23.23}  ether   {:<18}  {:<6}                {}\n", name, row.entry.mac.to_string(),
                                flags, port));
    }

    Process& self_;
    CommandLine line_;
    PortId port_ = no_port;
};

}  // namespace

Task<int> arp_main(Process& self) {
    CommandLine line = parse_command_line(self.arguments(), "aenvdsi:H:D", long_options);
    if (!line.error.empty()) {
        self.print(fmt::format("arp: {}\n{}", line.error, usage));
        co_return 4;
    }
    Arp arp(self, std::move(line));
    co_return co_await arp.run();
}

}  // namespace layerlab::sim::programs
