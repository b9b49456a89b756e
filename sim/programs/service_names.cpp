#include "sim/programs/service_names.hpp"

#include <array>

namespace layerlab::sim::programs {
namespace {

struct Service {
    std::uint16_t port;
    std::string_view name;
    bool tcp, udp;
};

constexpr std::array<Service, 43> services{{
    {7, "echo", true, true},
    {9, "discard", true, true},
    {13, "daytime", true, true},
    {19, "chargen", true, true},
    {20, "ftp-data", true, false},
    {21, "ftp", true, false},
    {22, "ssh", true, false},
    {23, "telnet", true, false},
    {25, "smtp", true, false},
    {37, "time", true, true},
    {43, "whois", true, false},
    {53, "domain", true, true},
    {67, "bootps", false, true},
    {68, "bootpc", false, true},
    {69, "tftp", false, true},
    {70, "gopher", true, false},
    {79, "finger", true, false},
    {80, "http", true, false},
    {110, "pop3", true, false},
    {119, "nntp", true, false},
    {123, "ntp", false, true},
    {137, "netbios-ns", false, true},
    {138, "netbios-dgm", false, true},
    {139, "netbios-ssn", true, false},
    {143, "imap2", true, false},
    {161, "snmp", true, true},
    {162, "snmp-trap", true, true},
    {179, "bgp", true, false},
    {389, "ldap", true, true},
    {443, "https", true, true},
    {445, "microsoft-ds", true, false},
    {514, "syslog", false, true},
    {514, "shell", true, false},
    {520, "route", false, true},
    {587, "submission", true, false},
    {873, "rsync", true, false},
    {993, "imaps", true, false},
    {995, "pop3s", true, false},
    {1080, "socks", true, false},
    {3306, "mysql", true, false},
    {5060, "sip", true, true},
    {5432, "postgresql", true, false},
    {8080, "http-alt", true, false},
}};

}  // namespace

std::string_view service_name(std::uint16_t port, bool is_tcp) {
    for (const Service& s : services)
        if (s.port == port && (is_tcp ? s.tcp : s.udp)) return s.name;
    return {};
}

std::optional<std::uint16_t> service_port(std::string_view name) {
    for (const Service& s : services)
        if (s.name == name) return s.port;
    return std::nullopt;
}

}  // namespace layerlab::sim::programs
